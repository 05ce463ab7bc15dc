//! The codes of a virtual MFA device: RFC 6238 with SHA-1, six digits and steps of 30 seconds, as authenticator apps do.
//! <https://www.rfc-editor.org/rfc/rfc6238>

use aws_lc_rs::hmac;

use crate::clock::Moment;

const STEP_SECONDS: u64 = 30;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The shared secret of a device, as text in base32 without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Secret {
    text: String,
    bytes: Vec<u8>,
}

impl Secret {
    /// The secret that this base32 text writes: at least 10 bytes. Spaces, padding and case do not matter.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|sign| !matches!(sign, ' ' | '=')).collect();
        let text = text.to_ascii_uppercase();
        let mut bytes = Vec::new();
        let (mut kept, mut bits) = (0_u32, 0);
        for sign in text.bytes() {
            let value = ALPHABET.iter().position(|letter| *letter == sign)?;
            kept = (kept << 5 | u32::try_from(value).ok()?) & 0xfff;
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from(kept >> bits & 0xff).ok()?);
            }
        }
        (bytes.len() >= 10).then_some(Self { text, bytes })
    }

    /// The base32 text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The code of this moment.
    pub(crate) fn code(&self, at: Moment) -> String {
        self.code_of_step(at.seconds() / STEP_SECONDS)
    }

    /// Whether this is the code of this moment, of the step before it or of the one after it.
    pub(crate) fn accepts(&self, code: &str, at: Moment) -> bool {
        let step = at.seconds() / STEP_SECONDS;
        (step.saturating_sub(1)..=step + 1).any(|step| self.code_of_step(step) == code)
    }

    fn code_of_step(&self, step: u64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.bytes);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let digest = tag.as_ref();
        let offset = usize::from(digest[digest.len() - 1] & 0x0f);
        let four = digest[offset..offset + 4].iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        format!("{:06}", (four & 0x7fff_ffff) % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    /// The secret of the test vectors of RFC 6238, `12345678901234567890`.
    fn secret() -> Secret {
        Secret::of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap()
    }

    #[test]
    fn codes_are_those_of_the_published_test_vectors() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(secret().code(Moment::from_seconds(seconds)), code);
        }
    }

    #[test]
    fn a_code_is_accepted_one_step_early_and_one_step_late_and_no_further() {
        let code = secret().code(Moment::from_seconds(600));
        for (seconds, accepted) in [(569, false), (570, true), (600, true), (659, true), (660, false)] {
            assert_eq!(secret().accepts(&code, Moment::from_seconds(seconds)), accepted, "{seconds}");
        }
    }

    #[test]
    fn a_secret_is_base32_of_at_least_ten_bytes() {
        assert_eq!(Secret::of("gezd gnbv gy3t qojq").unwrap().text(), "GEZDGNBVGY3TQOJQ");
        for text in ["", "GEZD", "GEZDGNBVGY3TQOJ1", "é2345678901234567890"] {
            assert_eq!(Secret::of(text), None, "{text}");
        }
    }
}
