//! MD5 (RFC 1321), written for size. The crate `md-5` with its dependencies takes 3 KB of Thumb-2
//! for a speed that a login does not need.

/// Returns the MD5 digest of the concatenated pieces.
///
/// ```
/// let digest = embedded_ami::action::md5(&[b"message", b" digest"]);
/// assert_eq!(digest[..4], [0xf9, 0x6b, 0x69, 0x7d]); // RFC 1321
/// ```
pub fn md5(pieces: &[&[u8]]) -> [u8; 16] {
    let length = pieces.iter().fold(0, |length: usize, piece| length.wrapping_add(piece.len()));
    // The bytes are followed by 0x80, zeros, and eight bytes of length at the end of a block.
    let last = length.wrapping_add(8) / 64;
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in 0..last.wrapping_add(1) {
        let [mut a, mut b, mut c, mut d] = state;
        for (step, &sine) in SINES.iter().enumerate() {
            let (mixed, at) = match step / 16 {
                0 => (b & c | !b & d, step),
                1 => (b & d | c & !d, step.wrapping_mul(5).wrapping_add(1)),
                2 => (b ^ c ^ d, step.wrapping_mul(3).wrapping_add(5)),
                _ => (c ^ (b | !d), step.wrapping_mul(7)),
            };
            let word = word(pieces, last, block.wrapping_mul(16).wrapping_add(at % 16));
            let turn = TURNS.get((step / 16).wrapping_mul(4) | (step % 4)).copied().unwrap_or_default();
            let sum = a.wrapping_add(mixed).wrapping_add(sine).wrapping_add(word);
            (a, d, c, b) = (d, c, b, b.wrapping_add(sum.rotate_left(turn.into())));
        }
        for (sum, add) in state.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(add);
        }
    }
    let [a, b, c, d] = state;
    (u128::from(a) | u128::from(b) << 32 | u128::from(c) << 64 | u128::from(d) << 96).to_le_bytes()
}

/// Returns a word of the padded message. Its bytes are looked up one by one, because a copy of the
/// block would take 64 bytes of stack.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn word(pieces: &[&[u8]], last: usize, word: usize) -> u32 {
    let length_at = last.wrapping_mul(64).wrapping_add(56);
    (0..4).fold(0, |bytes: u32, byte| {
        let at = word.wrapping_mul(4).wrapping_add(byte);
        let mut offset = at;
        for piece in pieces {
            if let Some(&byte) = piece.get(offset) {
                return bytes >> 8 | u32::from(byte) << 24;
            }
            offset = offset.wrapping_sub(piece.len());
        }
        let bits = (at.wrapping_sub(offset) as u64).wrapping_mul(8).to_le_bytes();
        let byte = match bits.get(at.wrapping_sub(length_at)) {
            Some(&byte) => byte,
            None if offset == 0 => 0x80,
            None => 0,
        };
        bytes >> 8 | u32::from(byte) << 24
    })
}

/// The number of bits that each of four steps rotates by, in the four rounds.
static TURNS: [u8; 16] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/// The absolute values of the sines of 1 to 64, in units of 2^-32.
#[rustfmt::skip]
static SINES: [u32; 64] = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
];

#[cfg(test)]
mod tests {
    use std::vec;

    use md5::Digest;

    #[test]
    fn digests_equal_those_of_the_md5_crate() {
        let mut random = fastrand::Rng::with_seed(1);
        for length in (0..300).chain([1_000, 65_536]) {
            let bytes: vec::Vec<u8> = core::iter::repeat_with(|| random.u8(..)).take(length).collect();
            let (one, other) = bytes.split_at(random.usize(..=length));
            assert_eq!(
                super::md5(&[one, &[], other]),
                <[u8; 16]>::from(md5::Md5::digest(&bytes)),
                "{length} bytes"
            );
        }
    }
}
