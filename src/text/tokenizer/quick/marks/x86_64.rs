//! Sixteen bytes at a time, with the instructions that every 64-bit x86 processor has (SSE2).

use safe_arch::{
    add_i8_m128i, bitor_m128i, cmp_eq_mask_i8_m128i, cmp_lt_mask_i8_m128i, load_unaligned_m128i,
    m128i, move_mask_i8_m128i, set_splat_i8_m128i, shl_imm_u16_m128i,
};

use super::{Marks, WINDOW};

/// As [`Marks::of`].
#[inline(always)]
pub(super) fn marks(bytes: &[u8; WINDOW]) -> Marks {
    let (mut letters, mut apostrophes, mut small) = (0, 0, 0);
    for (place, bytes) in bytes.as_chunks().0.iter().enumerate() {
        let bytes = load_unaligned_m128i(bytes);
        letters |= mask(are_letters(bytes)) << (16 * place);
        let are_apostrophes = cmp_eq_mask_i8_m128i(bytes, set_splat_i8_m128i(b'\'' as i8));
        apostrophes |= mask(are_apostrophes) << (16 * place);
        // The bit that tells small letters from capitals, moved to where the mask is made from.
        small |= mask(shl_imm_u16_m128i::<2>(bytes)) << (16 * place);
    }
    Marks { letters, apostrophes, capitals: letters & !small }
}

/// The highest bit of each byte.
#[inline(always)]
fn mask(bytes: m128i) -> u64 {
    u64::from(move_mask_i8_m128i(bytes) as u16)
}

/// Which bytes are ASCII letters.
#[inline(always)]
fn are_letters(bytes: m128i) -> m128i {
    let folded = bitor_m128i(bytes, set_splat_i8_m128i(0x20));
    // Signed bytes are compared: "a" becomes the least there is.
    let from_a = add_i8_m128i(folded, set_splat_i8_m128i((0x80 - b'a') as i8));
    cmp_lt_mask_i8_m128i(from_a, set_splat_i8_m128i(i8::MIN + 26))
}
