//! Passwords: what is asked of a new one, and how it is kept (Argon2id, RFC 9106).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use unicode_normalization::UnicodeNormalization;

/// Fewest characters of a password.
pub const N_CHARS_MIN: usize = 12;
/// Fewest characters of one that mixes three kinds of characters.
pub const N_CHARS_MIXED_MIN: usize = 10;
/// Most bytes looked at, so that a huge input costs nothing.
pub const N_BYTES_MAX: usize = 1_024;

/// Memory in KiB, passes and lanes of Argon2id: the second recommended choice of RFC 9106 is heavier; these are those
/// of OWASP's password storage cheat sheet, about 20 ms on one core.
const MEMORY_KIB: u32 = 19_456;
const N_PASSES: u32 = 2;
const N_LANES: u32 = 1;
/// The same as they stand in a PHC string.
pub const PARAMETERS: &str = "m=19456,t=2,p=1";

/// What speaks against a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Too short.
    #[error(
        "密码至少 {N_CHARS_MIN} 个字符；混用大写、小写、数字、符号中三类以上的，至少 {N_CHARS_MIXED_MIN} 个"
    )]
    Short,
    /// Longer than anyone types.
    #[error("密码不能超过 {N_BYTES_MAX} 个字节")]
    Long,
    /// The same few characters, or a run of the keyboard or the alphabet.
    #[error("密码多为重复或连续的字符，容易被猜中")]
    Plain,
    /// It contains the account, the name or the unit.
    #[error("密码不能包含账号、姓名或者单位")]
    Name,
    /// It contains a word that is tried first.
    #[error("密码包含最常被试的词 `{word}`，请换一个")]
    Common {
        /// The word.
        word: &'static str,
    },
    /// It was used before.
    #[error("密码与最近用过的相同")]
    Used,
}

/// Words that are tried first; a password is refused when little else is in it.
const COMMON: [&str; 28] = [
    "password",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "admin",
    "administrator",
    "root",
    "guest",
    "login",
    "welcome",
    "letmein",
    "iloveyou",
    "woaini",
    "qwerty",
    "qazwsx",
    "asdfgh",
    "zxcvbn",
    "1qaz2wsx",
    "abc123",
    "123456",
    "654321",
    "111111",
    "888888",
    "666666",
    "000000",
    "5201314",
    "jiaotong",
    "zhifa",
];

/// Runs on a keyboard and in the alphabet.
const RUNS: [&str; 5] = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// Everything that speaks against a new password. `names` are the account, the person's name, the unit.
#[must_use]
pub fn weaknesses(password: &str, names: &[&str]) -> Vec<Weakness> {
    if password.len() > N_BYTES_MAX {
        return vec![Weakness::Long];
    }
    let mut found = Vec::new();
    let n_chars = password.nfkc().count();
    let least = if n_kinds(password) >= 3 { N_CHARS_MIXED_MIN } else { N_CHARS_MIN };
    if n_chars < least {
        found.push(Weakness::Short);
    }
    let lower: String = password.nfkc().collect::<String>().to_lowercase();
    if n_surprises(&lower) < 6 {
        found.push(Weakness::Plain);
    }
    let named = |name: &&&str| name.chars().count() >= 2 && lower.contains(&name.to_lowercase());
    if names.iter().find(named).is_some() {
        found.push(Weakness::Name);
    }
    let common = COMMON.iter().find(|word| lower.contains(**word) && n_chars < word.chars().count() + 8);
    found.extend(common.map(|word| Weakness::Common { word }));
    found
}

/// Kinds of characters: lower case, upper case, digits, the rest.
fn n_kinds(password: &str) -> usize {
    let kind = |letter: char| match letter {
        'a'..='z' => 1,
        'A'..='Z' => 2,
        '0'..='9' => 4,
        _ => 8u32,
    };
    password.chars().fold(0, |kinds, letter| kinds | kind(letter)).count_ones() as usize
}

/// Characters that neither repeat the one before nor follow it in a run.
fn n_surprises(lower: &str) -> usize {
    let letters: Vec<char> = lower.chars().collect();
    let follows = |a: char, b: char| {
        RUNS.iter().any(|run| {
            let at = |letter: char| run.chars().position(|one| one == letter);
            matches!((at(a), at(b)), (Some(a), Some(b)) if a.abs_diff(b) <= 1)
        })
    };
    let expected = |place: usize| {
        let letter = letters[place];
        place >= 1 && (letters[place - 1] == letter || follows(letters[place - 1], letter))
            || place >= 2 && letters[place - 2] == letter
    };
    (0..letters.len()).filter(|place| !expected(*place)).count()
}

fn argon() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, N_PASSES, N_LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a password as a PHC string. Takes some 20 ms and 19 MiB: not for an async thread.
#[must_use]
pub fn hash(password: &str, salt: &[u8; 16]) -> Option<String> {
    let normal: String = password.nfkc().collect();
    let hash: PasswordHash = argon()?.hash_password_with_salt(normal.as_bytes(), salt).ok()?;
    Some(hash.to_string())
}

/// Whether a password fits a hash. As slow as [`hash`], also when it does not.
#[must_use]
pub fn verify(password: &str, hash: &str) -> bool {
    if password.len() > N_BYTES_MAX {
        return false;
    }
    let normal: String = password.nfkc().collect();
    let parsed = PasswordHash::new(hash);
    matches!((argon(), parsed), (Some(argon), Ok(parsed)) if argon.verify_password(normal.as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let known = hash("永城-道路-2026-执法", &[7; 16]).unwrap();
        assert!(known.starts_with(&format!("$argon2id$v=19${PARAMETERS}$")), "{known}");
        assert!(verify("永城-道路-2026-执法", &known));
        // The same characters in another Unicode form, as another keyboard sends them.
        assert!(verify("永城-道路-２０２６-执法", &known));
        assert!(!verify("永城-道路-2026-执法 ", &known));
        assert!(!verify("", &known));
        assert!(!verify("永城-道路-2026-执法", "not a hash"));
        assert!(!verify(&"a".repeat(N_BYTES_MAX + 1), &known));
    }

    #[test]
    fn strong_passwords_pass() {
        for strong in ["correct horse battery", "Tg7#kQ2!xv", "永城市北关大桥东二百米处", "mV9-ruj3-ksoh"]
        {
            assert_eq!(weaknesses(strong, &["zhangsan", "张三"]), [], "{strong}");
        }
    }

    #[test]
    fn weak_passwords_are_told_why() {
        let cases = [
            ("Tg7#kQ2!x", Weakness::Short),
            ("tgkqxvmwpzr", Weakness::Short),
            ("aaaaaaaaaaaaaaaa", Weakness::Plain),
            ("abcdefghijklmnop", Weakness::Plain),
            ("qwertyuiopasdfghjkl", Weakness::Plain),
            ("121212121212121212", Weakness::Plain),
            ("zhangsan-2026-Q9!", Weakness::Name),
            ("ZhangSan-2026-Q9!", Weakness::Name),
            ("张三的密码就是这一个呀", Weakness::Name),
            ("Admin@k7Qx", Weakness::Common { word: "admin" }),
            ("P@ssw0rdX7kq", Weakness::Common { word: "p@ssw0rd" }),
        ];
        for (weak, reason) in cases {
            let found = weaknesses(weak, &["zhangsan", "张三"]);
            assert!(found.contains(&reason), "{weak}: {found:?}");
        }
        assert_eq!(weaknesses(&"长".repeat(400), &[]), [Weakness::Long]);
    }
}
