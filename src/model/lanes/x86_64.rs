//! With the instructions that every 64-bit x86 processor has (SSE2).

use safe_arch::{
    add_i16_m128i, add_i32_m128i, cmp_eq_mask_i16_m128i, m128i, max_i16_m128i, move_mask_i8_m128i,
    mul_i16_keep_low_m128i, set_i64_m128i_s, set_splat_i16_m128i, shr_imm_i16_m128i,
    shr_imm_i32_m128i, sub_i16_m128i, unpack_high_i16_m128i, unpack_low_i8_m128i,
    unpack_low_i16_m128i, zeroed_m128i,
};

/// As [`plain::equal`](super::plain::equal).
#[inline(always)]
pub(in crate::model) fn equal(lanes: [u8; 16], wanted: u16) -> u32 {
    let wanted = set_splat_i16_m128i(wanted as i16);
    move_mask_i8_m128i(cmp_eq_mask_i16_m128i(m128i::from(lanes), wanted)) as u32
}

/// As [`plain::sum_of_squares`](super::plain::sum_of_squares).
#[inline(always)]
pub(in crate::model) fn sum_of_squares(rows: &[u64]) -> [i32; 8] {
    let (mut low, mut high) = (zeroed_m128i(), zeroed_m128i());
    let mut add = |squares: m128i| {
        // To twice the width: each square into an upper half, and down again with its sign.
        let (first, last) =
            (unpack_low_i16_m128i(squares, squares), unpack_high_i16_m128i(squares, squares));
        low = add_i32_m128i(low, shr_imm_i32_m128i::<16>(first));
        high = add_i32_m128i(high, shr_imm_i32_m128i::<16>(last));
    };
    let (pairs, odd) = rows.as_chunks();
    for [first, second] in pairs {
        // Two squares just fit sixteen bits: -128 * 128 twice is the least there is.
        add(add_i16_m128i(squares(*first), squares(*second)));
    }
    for row in odd {
        add(squares(*row));
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
