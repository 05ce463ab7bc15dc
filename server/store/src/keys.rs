//! The keys that seal what must not be readable on disk.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use chacha20poly1305::aead::{Aead, Generate, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};

/// The length of a key in bytes, as XChaCha20-Poly1305 wants it.
const KEY_BYTES: usize = 32;

/// The length of a nonce in bytes; long enough to be drawn at random for every seal.
const NONCE_BYTES: usize = 24;

/// The longest key file that is read, in bytes: two lines of 44 characters with room. What is longer is no key file.
const KEY_FILE_LIMIT_BYTES: u64 = 4096;

/// The keys that seal cloud tokens and session records: the present one, and perhaps the one before it.
///
/// What was sealed with either opens; new seals are made with the present one. `Debug` shows no key.
#[derive(Clone)]
pub struct SealingKeys(Arc<[SealingKey]>);

struct SealingKey {
    /// Stands in front of what the key sealed; the first byte of the key's SHA-256.
    id: u8,
    secret: SecretBox<[u8; KEY_BYTES]>,
}

/// The keys cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file cannot be read or written.
    #[error("the key file {} cannot be read or written", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The text is not one or two lines of base64 of 32 bytes.
    #[error("a key file has one or two lines, each 32 bytes in base64")]
    Malformed,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

/// The system gives no random bytes, or the text is longer than a cipher takes.
#[derive(Debug, thiserror::Error)]
#[error("nothing could be sealed")]
pub(crate) struct SealFailed;

/// What a seal is for: a seal made for one purpose opens for no other.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Credential,
    Session,
    Form,
}

impl SealingKeys {
    /// Reads the key file; where there is none, writes one with a fresh key that only its owner may read.
    ///
    /// # Errors
    /// [`KeysError`], every variant.
    pub fn load_or_generate(path: &Path) -> Result<Self, KeysError> {
        let failed = |source| KeysError::File { path: path.to_owned(), source };
        match File::open(path) {
            Ok(file) => {
                let mut text = Zeroizing::new(String::new());
                file.take(KEY_FILE_LIMIT_BYTES).read_to_string(&mut text).map_err(failed)?;
                Self::parse(&text)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let text = fresh_key()?;
                write_new(path, &text).map_err(failed)?;
                Self::parse(&text)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Reads keys from text: the present key in the first line, the one before it in the second if there is one.
    ///
    /// # Errors
    /// [`KeysError::Malformed`]
    pub fn parse(text: &str) -> Result<Self, KeysError> {
        let keys = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(SealingKey::parse)
            .collect::<Result<Arc<[_]>, _>>()?;
        if (1..=2).contains(&keys.len()) { Ok(Self(keys)) } else { Err(KeysError::Malformed) }
    }

    /// Seals what a form gets back after a redirect; the text is fit for a cookie. `None` where it cannot be sealed.
    pub fn seal_form(&self, message: &[u8]) -> Option<String> {
        self.seal(Purpose::Form, &[], message).ok()
    }

    /// Opens what [`SealingKeys::seal_form`] made.
    pub fn open_form(&self, sealed: &str) -> Option<Vec<u8>> {
        self.open(Purpose::Form, &[], sealed).map(|message| message.to_vec())
    }

    /// Seals a message so that it opens only for the same purpose and the same `bound` texts.
    pub(crate) fn seal(&self, purpose: Purpose, bound: &[&str], message: &[u8]) -> Result<String, SealFailed> {
        let key = self.0.first().ok_or(SealFailed)?;
        let nonce = XNonce::try_generate().map_err(|_| SealFailed)?;
        let aad = aad(purpose, bound, key.id);
        let sealed = key.cipher().encrypt(&nonce, Payload { msg: message, aad: &aad }).map_err(|_| SealFailed)?;
        let mut bytes = Vec::with_capacity(1 + NONCE_BYTES + sealed.len());
        bytes.push(key.id);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Ok(STANDARD_NO_PAD.encode(bytes))
    }

    /// Opens a seal. `None` where it was made with another key, for something else, or is damaged: which one is
    /// nobody's business.
    pub(crate) fn open(&self, purpose: Purpose, bound: &[&str], sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
        let (id, rest) = bytes.split_first()?;
        let (nonce, msg) = rest.split_at_checked(NONCE_BYTES)?;
        let nonce = XNonce::try_from(nonce).ok()?;
        let aad = aad(purpose, bound, *id);
        self.0
            .iter()
            .filter(|key| key.id == *id)
            .find_map(|key| key.cipher().decrypt(&nonce, Payload { msg, aad: &aad }).ok())
            .map(Zeroizing::new)
    }
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SealingKeys({} hidden)", self.0.len())
    }
}

impl SealingKey {
    fn parse(line: &str) -> Result<Self, KeysError> {
        let bytes = Zeroizing::new(STANDARD.decode(line).map_err(|_| KeysError::Malformed)?);
        let key: [u8; KEY_BYTES] = bytes.as_slice().try_into().map_err(|_| KeysError::Malformed)?;
        let id = Sha256::digest(key).first().copied().unwrap_or_default();
        Ok(Self { id, secret: SecretBox::new(Box::new(key)) })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.secret.expose_secret()))
    }
}

/// What a seal is bound to. Every text is preceded by its length, so that no two lists give the same bytes.
fn aad(purpose: Purpose, bound: &[&str], key_id: u8) -> Vec<u8> {
    let purpose = match purpose {
        Purpose::Credential => "credential",
        Purpose::Session => "session",
        Purpose::Form => "form",
    };
    let mut bytes = vec![key_id];
    for text in std::iter::once(&purpose).chain(bound) {
        bytes.extend_from_slice(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

fn fresh_key() -> Result<Zeroizing<String>, KeysError> {
    let key = Zeroizing::new(<[u8; KEY_BYTES]>::from(Key::try_generate().map_err(|_| KeysError::NoRandomness)?));
    let mut text = Zeroizing::new(STANDARD.encode(*key));
    text.push('\n');
    Ok(text)
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        crate::folder::make(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    const FIRST: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const SECOND: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

    #[test]
    fn what_was_sealed_opens_for_the_same_texts_alone() {
        let keys = SealingKeys::parse(FIRST).unwrap();
        let sealed = keys.seal(Purpose::Credential, &["ab", "c"], b"token").unwrap();
        assert_eq!(keys.open(Purpose::Credential, &["ab", "c"], &sealed).unwrap().as_slice(), b"token");
        assert!(keys.open(Purpose::Credential, &["a", "bc"], &sealed).is_none());
        assert!(keys.open(Purpose::Credential, &["abc"], &sealed).is_none());
        assert!(keys.open(Purpose::Session, &["ab", "c"], &sealed).is_none());
    }

    #[test]
    fn two_seals_of_one_message_differ() {
        let keys = SealingKeys::parse(FIRST).unwrap();
        let seal = || keys.seal(Purpose::Session, &[], b"token").unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn a_damaged_seal_does_not_open() {
        let keys = SealingKeys::parse(FIRST).unwrap();
        let sealed = keys.seal(Purpose::Session, &["k"], b"token").unwrap();
        for position in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(bytes).unwrap();
            assert!(keys.open(Purpose::Session, &["k"], &damaged).is_none(), "character {position}");
            assert!(keys.open(Purpose::Session, &["k"], &sealed[..position]).is_none(), "{position} characters");
        }
    }

    #[test]
    fn b10_the_key_before_still_opens_and_a_forgotten_one_does_not() {
        let before = SealingKeys::parse(FIRST).unwrap();
        let sealed = before.seal(Purpose::Session, &[], b"token").unwrap();
        let rotated = SealingKeys::parse(&format!("{SECOND}\n{FIRST}\n")).unwrap();
        assert!(rotated.open(Purpose::Session, &[], &sealed).is_some());
        let forgotten = SealingKeys::parse(SECOND).unwrap();
        assert!(forgotten.open(Purpose::Session, &[], &sealed).is_none());
        let anew = rotated.seal(Purpose::Session, &[], b"token").unwrap();
        assert!(forgotten.open(Purpose::Session, &[], &anew).is_some(), "new seals are made with the first key");
    }

    #[test]
    fn b10_a_file_that_holds_no_keys_is_refused() {
        let three = format!("{FIRST}\n{SECOND}\n{FIRST}");
        for text in ["", "\n\n", "not base64!", "AAEC", three.as_str()] {
            assert!(matches!(SealingKeys::parse(text), Err(KeysError::Malformed)), "{text:?}");
        }
    }

    #[test]
    fn b13_debug_shows_no_key() {
        let shown = format!("{:?}", SealingKeys::parse(FIRST).unwrap());
        assert_eq!(shown, "SealingKeys(1 hidden)");
    }

    #[test]
    fn a_missing_file_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("drydock.key");
        let sealed = SealingKeys::load_or_generate(&path).unwrap().seal(Purpose::Session, &[], b"token").unwrap();
        let again = SealingKeys::load_or_generate(&path).unwrap();
        assert!(again.open(Purpose::Session, &[], &sealed).is_some());
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap());
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
