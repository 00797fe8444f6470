/// The challenge of an MD5 login: nine digits, which is the most that Asterisk sends.
#[derive(Clone, Copy)]
pub(super) struct Challenge([u8; 9]);

impl Challenge {
    pub(super) const NONE: Self = Self([b'0'; 9]);

    pub(super) fn new(random: u32) -> Self {
        let mut rest = random;
        Self([(); 9].map(|()| {
            let digit = rest % 10;
            rest /= 10;
            b'0'.wrapping_add(digit as u8)
        }))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
