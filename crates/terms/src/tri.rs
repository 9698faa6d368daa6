//! Three truth values.

/// A truth value of the law's questions: true, false, or *cannot tell* because something is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tri {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It cannot be told; the names of what is missing, for people to read.
    Unknown(Vec<String>),
}

impl Tri {
    /// *Cannot tell*, because `what` is missing.
    #[must_use]
    pub fn missing(what: impl Into<String>) -> Tri {
        Tri::Unknown(vec![what.into()])
    }

    /// Whether it is known to hold. A gate passes on nothing else.
    #[must_use]
    pub fn is_true(&self) -> bool {
        matches!(self, Tri::True)
    }

    /// Whether it is known not to hold.
    #[must_use]
    pub fn is_false(&self) -> bool {
        matches!(self, Tri::False)
    }

    /// Negation; what cannot be told stays so.
    #[must_use]
    pub fn negate(self) -> Tri {
        match self {
            Tri::True => Tri::False,
            Tri::False => Tri::True,
            unknown => unknown,
        }
    }

    /// Conjunction: false as soon as one part is false.
    #[must_use]
    pub fn and(self, other: Tri) -> Tri {
        match (self, other) {
            (Tri::False, _) | (_, Tri::False) => Tri::False,
            (Tri::True, known) | (known, Tri::True) => known,
            (Tri::Unknown(mut a), Tri::Unknown(b)) => {
                a.extend(b);
                Tri::Unknown(a)
            }
        }
    }

    /// Disjunction: true as soon as one part is true.
    #[must_use]
    pub fn or(self, other: Tri) -> Tri {
        self.negate().and(other.negate()).negate()
    }
}

impl From<bool> for Tri {
    fn from(known: bool) -> Tri {
        if known { Tri::True } else { Tri::False }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_hides_behind_nothing() {
        let unknown = || Tri::missing("fine");
        assert_eq!(unknown().and(Tri::False), Tri::False);
        assert_eq!(unknown().or(Tri::True), Tri::True);
        assert_eq!(unknown().and(Tri::True), unknown());
        assert_eq!(unknown().or(Tri::False), unknown());
        assert_eq!(unknown().negate(), unknown());
    }
}
