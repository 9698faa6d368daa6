//! What comes from outside and cannot be computed: the time, and chance.

use jiff::Timestamp;

/// Tells the time. Tests bring their own.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// Brings randomness. Tests bring their own.
pub trait Chance: Send + Sync {
    /// Fills the bytes with randomness nobody can guess.
    ///
    /// # Errors
    /// When the system has none to give; then nothing may go on.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoChance>;
}

/// The system gives no randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("系统不能提供随机数，已停止")]
pub struct NoChance;

/// A secret to be shown once: 256 random bits in the URL alphabet of base64.
///
/// # Errors
/// As [`Chance::fill`].
pub fn secret(chance: &dyn Chance) -> Result<String, NoChance> {
    use base64::Engine as _;
    let mut bytes = [0; 32];
    chance.fill(&mut bytes)?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

/// A one-time password people can copy by hand: four groups of four, without characters that look alike.
///
/// # Errors
/// As [`Chance::fill`].
pub fn one_time_password(chance: &dyn Chance) -> Result<String, NoChance> {
    // 32 characters: five bits each, so that no character is likelier than another.
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 16];
    chance.fill(&mut bytes)?;
    let letters = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)]));
    let mut word = String::new();
    for (place, letter) in letters.enumerate() {
        if place > 0 && place % 4 == 0 {
            word.push('-');
        }
        word.push(letter);
    }
    Ok(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;

    impl Chance for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), NoChance> {
            bytes.iter_mut().enumerate().for_each(|(place, byte)| *byte = place as u8);
            Ok(())
        }
    }

    #[test]
    fn secrets_and_one_time_passwords_have_their_shape() {
        assert_eq!(secret(&Counting).unwrap().len(), 43);
        assert_eq!(one_time_password(&Counting).unwrap(), "abcd-efgh-ijkm-npqr");
        assert_eq!(crate::people::password::weaknesses("x7mq-k2vn-9wtr-4bhs", &["admin"]), []);
    }
}
