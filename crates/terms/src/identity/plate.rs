//! Plates of motor vehicles (机动车号牌).

use std::fmt;
use std::str::FromStr;

use super::tidy;

/// What kind of plate it is (GA 36).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlateKind {
    /// 普通汽车、摩托车.
    Ordinary,
    /// 小型新能源汽车.
    NewEnergySmall,
    /// 大型新能源汽车.
    NewEnergyLarge,
    /// 挂车.
    Trailer,
    /// 教练车.
    Learner,
    /// 警用.
    Police,
    /// 港、澳入出境车.
    HongKongMacao,
}

/// Plate of a motor vehicle (机动车号牌, GA 36) such as `豫N12345`, with its colour where that is known: `豫N12345（黄）`.
///
/// Invariant: one of the known shapes; no I and no O in the serial; the colour is one that plates have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Plate(String);

/// What is wrong with a plate.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PlateError {
    /// It does not begin with a province and a letter.
    #[error("号牌 `{given}` 应以省、自治区、直辖市简称和发牌机关字母开头，例如 `豫N12345`")]
    Issuer {
        /// What was given.
        given: String,
    },
    /// The serial has none of the known shapes.
    #[error("号牌 `{given}` 的序号不对：普通号牌 5 位，新能源 6 位，挂车 4 位后加“挂”；不用字母 I、O")]
    Serial {
        /// What was given.
        given: String,
    },
    /// No plate has that colour.
    #[error("号牌 `{given}` 的颜色不对，应为蓝、黄、绿、黄绿、白、黑之一，例如 `豫N12345（黄）`")]
    Colour {
        /// What was given.
        given: String,
    },
}

const PROVINCES: &str = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新";

const COLOURS: [&str; 6] = ["蓝", "黄", "绿", "黄绿", "白", "黑"];

impl Plate {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> Option<PlateKind> {
        let letters: Vec<char> = self.number().chars().collect();
        kind(&letters[2..])
    }

    /// The number without the colour.
    #[must_use]
    pub fn number(&self) -> &str {
        self.0.split('（').next().unwrap_or_default()
    }

    /// The colour, where it is known.
    #[must_use]
    pub fn colour(&self) -> Option<&str> {
        self.0.split_once('（')?.1.strip_suffix('）')
    }

    /// The plate as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_serial(letter: char) -> bool {
    letter.is_ascii_digit() || (letter.is_ascii_uppercase() && letter != 'I' && letter != 'O')
}

/// Letters that mark new-energy vehicles: D, A, B, C, E all-electric, F, G, H, J, K others.
fn is_energy(letter: char) -> bool {
    "DABCEFGHJK".contains(letter)
}

fn kind(serial: &[char]) -> Option<PlateKind> {
    let digits = |part: &[char]| part.iter().all(char::is_ascii_digit);
    let plain = |part: &[char]| part.iter().all(|letter| is_serial(*letter));
    match serial {
        [body @ .., last] if body.len() == 4 && plain(body) => match last {
            '挂' => Some(PlateKind::Trailer),
            '学' => Some(PlateKind::Learner),
            '警' => Some(PlateKind::Police),
            '港' | '澳' => Some(PlateKind::HongKongMacao),
            letter if is_serial(*letter) => Some(PlateKind::Ordinary),
            _ => None,
        },
        [first, second, rest @ ..]
            if rest.len() == 4 && is_energy(*first) && is_serial(*second) && digits(rest) =>
        {
            Some(PlateKind::NewEnergySmall)
        }
        [body @ .., last] if body.len() == 5 && digits(body) && is_energy(*last) => {
            Some(PlateKind::NewEnergyLarge)
        }
        _ => None,
    }
}

impl FromStr for Plate {
    type Err = PlateError;

    fn from_str(given: &str) -> Result<Plate, PlateError> {
        let tidy = tidy(given);
        let (number, colour) = match tidy.split_once('(') {
            None => (tidy.as_str(), None),
            Some((number, rest)) => {
                let known = rest.strip_suffix(')').filter(|colour| COLOURS.contains(colour));
                (number, Some(known.ok_or_else(|| PlateError::Colour { given: given.to_owned() })?))
            }
        };
        let letters: Vec<char> = number.chars().collect();
        match letters.as_slice() {
            [province, office, serial @ ..]
                if PROVINCES.contains(*province) && office.is_ascii_uppercase() =>
            {
                kind(serial).ok_or_else(|| PlateError::Serial { given: given.to_owned() })?;
                Ok(Plate(colour.map_or_else(|| number.to_owned(), |colour| format!("{number}（{colour}）"))))
            }
            _ => Err(PlateError::Issuer { given: given.to_owned() }),
        }
    }
}

impl fmt::Display for Plate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plates_of_every_kind_are_read() {
        let known = [
            ("豫N12345", PlateKind::Ordinary),
            ("豫NA0B12", PlateKind::Ordinary),
            ("豫ND12345", PlateKind::NewEnergySmall),
            ("豫NDA1234", PlateKind::NewEnergySmall),
            ("豫N12345F", PlateKind::NewEnergyLarge),
            ("豫N1234挂", PlateKind::Trailer),
            ("豫N1234学", PlateKind::Learner),
            ("豫N1234警", PlateKind::Police),
            ("粤Z1234港", PlateKind::HongKongMacao),
        ];
        for (given, kind) in known {
            let plate: Plate = given.parse().unwrap();
            assert_eq!((plate.as_str(), plate.kind()), (given, Some(kind)));
        }
    }

    #[test]
    fn what_people_type_is_read_into_one_form() {
        assert_eq!("豫n·１２３４５".parse::<Plate>().unwrap().as_str(), "豫N12345");
    }

    #[test]
    fn the_colour_is_kept_where_it_is_given() {
        let plate: Plate = "豫n12345(黄)".parse().unwrap();
        assert_eq!(
            (plate.as_str(), plate.number(), plate.colour()),
            ("豫N12345（黄）", "豫N12345", Some("黄"))
        );
        assert_eq!(plate.kind(), Some(PlateKind::Ordinary));
        assert_eq!("豫N12345".parse::<Plate>().unwrap().colour(), None);
        for given in ["豫N12345（红）", "豫N12345（黄", "豫N12345（）"] {
            assert!(matches!(given.parse::<Plate>(), Err(PlateError::Colour { .. })), "{given}");
        }
    }

    #[test]
    fn what_is_no_plate_is_refused() {
        for given in ["", "12345", "N12345", "豫12345", "国N12345"] {
            assert!(matches!(given.parse::<Plate>(), Err(PlateError::Issuer { .. })), "{given}");
        }
        for given in
            ["豫N", "豫N1234", "豫N1234I", "豫NO2345", "豫N123456", "豫NI12345", "豫N挂1234", "豫N12345挂"]
        {
            assert!(matches!(given.parse::<Plate>(), Err(PlateError::Serial { .. })), "{given}");
        }
    }
}
