//! With the instructions that every 64-bit x86 processor has (SSE2).

use safe_arch::{
    add_i16_m128i, add_i32_m128i, cmp_eq_mask_i16_m128i, m128i, max_i16_m128i, move_mask_i8_m128i,
    mul_i16_horizontal_add_m128i, mul_i16_keep_low_m128i, set_i64_m128i_s, set_splat_i16_m128i,
    shr_imm_i16_m128i, sub_i16_m128i, unpack_high_i16_m128i, unpack_low_i8_m128i,
    unpack_low_i16_m128i, zeroed_m128i,
};

/// As [`portable::equal`](super::portable::equal).
#[inline(always)]
pub(in crate::model) fn equal(lanes: [u8; 16], wanted: u16) -> u32 {
    let wanted = set_splat_i16_m128i(wanted as i16);
    move_mask_i8_m128i(cmp_eq_mask_i16_m128i(m128i::from(lanes), wanted)) as u32
}

/// As [`portable::sum_of_squares`](super::portable::sum_of_squares).
#[inline(always)]
pub(in crate::model) fn sum_of_squares(rows: &[u64]) -> [i32; 8] {
    let (mut low, mut high) = (zeroed_m128i(), zeroed_m128i());
    let ones = set_splat_i16_m128i(1);
    let mut add = |first: m128i, second: m128i| {
        // Side by side, so that two of a column become one number of twice the width.
        let halves = (unpack_low_i16_m128i(first, second), unpack_high_i16_m128i(first, second));
        low = add_i32_m128i(low, mul_i16_horizontal_add_m128i(halves.0, ones));
        high = add_i32_m128i(high, mul_i16_horizontal_add_m128i(halves.1, ones));
    };
    // Two squares just fit sixteen bits: -128 * 128 twice is the least there is.
    let two = |first, second| add_i16_m128i(squares(first), squares(second));
    let (fours, rest) = rows.as_chunks();
    for [first, second, third, fourth] in fours {
        add(two(*first, *second), two(*third, *fourth));
    }
    for row in rest {
        add(squares(*row), zeroed_m128i());
    }
    let ([a, b, c, d], [e, f, g, h]) = (low.into(), high.into());
    [a, b, c, d, e, f, g, h]
}

/// `c * |c|` of eight signed bytes, sixteen bits each.
#[inline(always)]
fn squares(row: u64) -> m128i {
    let bytes = set_i64_m128i_s(row as i64);
    let codes = shr_imm_i16_m128i::<8>(unpack_low_i8_m128i(bytes, bytes));
    let sizes = max_i16_m128i(codes, sub_i16_m128i(zeroed_m128i(), codes));
    mul_i16_keep_low_m128i(codes, sizes)
}
