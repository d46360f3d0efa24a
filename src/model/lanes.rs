//! Several small numbers at a time: in one wide register where that is known to help, else one by
//! one. A test holds both ways together.

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(not(target_arch = "x86_64"))]
pub(super) use self::portable::{equal, sum_of_squares};
#[cfg(target_arch = "x86_64")]
pub(super) use self::x86_64::{equal, sum_of_squares};

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;
    use crate::hash::hash;

    fn noise(seed: u64) -> u64 {
        hash(&seed.to_le_bytes())
    }

    #[test]
    fn lanes_are_compared_as_one_by_one() {
        for seed in 0..10_000 {
            // Two bits a lane, so that lanes are often equal.
            let lane = |lane: u64| (noise(8 * seed + lane) & 3) as u16 * 0x5555;
            let lanes: Vec<u8> = (0..8).flat_map(|at| lane(at).to_le_bytes()).collect();
            let lanes = lanes.try_into().expect("sixteen bytes");
            for wanted in [0, 0x5555, 0xAAAA, 0xFFFF, 1, 0x8000] {
                let expected = portable::equal(lanes, wanted);
                assert_eq!(equal(lanes, wanted), expected, "{lanes:?} {wanted}");
            }
        }
    }

    #[test]
    fn squares_are_added_as_one_by_one() {
        for length in 0..70 {
            let mut rows: Vec<u64> = (0..length).map(|at| noise(100 * length + at)).collect();
            assert_eq!(sum_of_squares(&rows), portable::sum_of_squares(&rows));
            rows.fill(0x8080_8080_7F7F_7F7F);
            assert_eq!(sum_of_squares(&rows), portable::sum_of_squares(&rows));
        }
    }
}
