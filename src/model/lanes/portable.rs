//! One by one: what the other ways must equal.

/// Two bits for each of eight numbers of sixteen bits, little end first: set if it is `wanted`.
#[inline]
pub(in crate::model) fn equal(lanes: [u8; 16], wanted: u16) -> u32 {
    let (lanes, _) = lanes.as_chunks();
    let bits = |at: usize| (u32::from(u16::from_le_bytes(lanes[at]) == wanted) * 3) << (2 * at);
    (0..8).map(bits).sum()
}

/// `c * |c|` of each of the eight signed bytes `c` of a row, little end first; added up over less
/// than 131,072 rows.
#[inline]
pub(in crate::model) fn sum_of_squares(rows: &[u64]) -> [i32; 8] {
    let mut sum = [0; 8];
    for row in rows {
        for (sum, byte) in sum.iter_mut().zip(row.to_le_bytes()) {
            let code = i32::from(byte as i8);
            *sum += code * code.abs();
        }
    }
    sum
}
