//! Chinese numerals as statutes write them: 第五十八条, 第一百三十二条.

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// A count in Chinese numerals, for article numbers (0 to 9,999; larger numbers stay in digits).
#[must_use]
pub fn to_chinese(number: u32) -> String {
    if number >= 10_000 {
        return number.to_string();
    }
    if number == 0 {
        return DIGITS[0].to_owned();
    }
    let mut written = String::new();
    let mut gap = false;
    for (place, unit) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = number / place % 10;
        if digit == 0 {
            gap = !written.is_empty();
            continue;
        }
        if gap {
            written.push_str(DIGITS[0]);
            gap = false;
        }
        // 十五, not 一十五, at the head of a number.
        if !(place == 10 && digit == 1 && written.is_empty()) {
            written.push_str(DIGITS[digit as usize]);
        }
        written.push_str(unit);
    }
    written
}

/// The number a Chinese numeral stands for, if it is one (up to 9,999).
#[must_use]
pub fn from_chinese(text: &str) -> Option<u32> {
    (1..10_000).find(|number| to_chinese(*number) == text).or((text == "零").then_some(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_statutes_write_them() {
        for (number, written) in [
            (1, "一"),
            (10, "十"),
            (15, "十五"),
            (58, "五十八"),
            (101, "一百零一"),
            (110, "一百一十"),
            (1004, "一千零四"),
        ] {
            assert_eq!(to_chinese(number), written);
            assert_eq!(from_chinese(written), Some(number));
        }
    }
}
