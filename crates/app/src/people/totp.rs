//! Time-based one-time codes (TOTP, RFC 6238): a second proof of who logs in.

use jiff::Timestamp;
use totp_rs::{Algorithm, Builder, Totp};

/// Bytes of a secret.
pub const N_SECRET_BYTES: usize = 20;

/// A step of the clock, 30 seconds, that a code was valid for.
pub type Step = u64;

fn totp(secret: &[u8], account: &str) -> Option<Totp> {
    let builder = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(secret.to_vec())
        .with_account_name(account.replace(':', "."))
        .with_issuer(Some("规矩"));
    builder.build().ok()
}

/// The step a code is valid for now, one step early or late allowed. A code is taken once: `last` and older are refused.
#[must_use]
pub fn check(secret: &[u8], code: &str, now: Timestamp, last: Option<Step>) -> Option<Step> {
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let seconds = u64::try_from(now.as_second()).ok()?;
    let step = totp(secret, "x")?.check(&code, seconds)?;
    last.is_none_or(|last| step > last).then_some(step)
}

/// The address a phone's authenticator reads, usually from a QR code.
#[must_use]
pub fn address(secret: &[u8], account: &str) -> Option<String> {
    totp(secret, account)?.to_url().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 6238 appendix B, the last six of its eight digits.
    const SECRET: &[u8; 20] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn the_codes_of_the_standard_are_taken() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(check(SECRET, code, at(seconds), None), Some(seconds as u64 / 30), "{code}");
        }
        assert_eq!(check(SECRET, "287 082", at(59), None), Some(1));
    }

    #[test]
    fn one_step_early_or_late_is_taken_and_no_more() {
        assert_eq!(check(SECRET, "287082", at(59 + 30), None), Some(1));
        assert_eq!(check(SECRET, "287082", at(59 - 30), None), Some(1));
        assert_eq!(check(SECRET, "287082", at(59 + 61), None), None);
    }

    #[test]
    fn a_code_is_taken_once() {
        assert_eq!(check(SECRET, "287082", at(59), Some(1)), None);
        assert_eq!(check(SECRET, "287082", at(59), Some(0)), Some(1));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for given in ["", "28708", "2870822", "abcdef", "２８７０８２", "-1"] {
            assert_eq!(check(SECRET, given, at(59), None), None, "{given}");
        }
    }

    #[test]
    fn the_address_names_issuer_and_account() {
        let address = address(SECRET, "zhang:san").unwrap();
        assert!(address.starts_with("otpauth://totp/"), "{address}");
        assert!(address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{address}");
    }
}
