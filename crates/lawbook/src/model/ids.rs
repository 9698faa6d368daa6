//! Indexes into the lawbook and its procedures.

macro_rules! index {
    ($(#[$doc:meta])* $name:ident($of:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $of);

        impl $name {
            /// As a position in a list.
            #[must_use]
            pub fn at(self) -> usize {
                self.0 as usize
            }
        }
    };
}

index!(
    /// An act of one procedure.
    ActIx(u16)
);
index!(
    /// A fact of one procedure.
    FactIx(u16)
);
index!(
    /// A limit of one procedure.
    LimitIx(u16)
);
index!(
    /// A field of the lawbook.
    FieldIx(u16)
);
index!(
    /// A parameter of the lawbook.
    ParameterIx(u16)
);
index!(
    /// A rule of the lawbook.
    RuleIx(u16)
);
index!(
    /// A kind of strand of one procedure.
    StrandIx(u8)
);
index!(
    /// An outcome of one act.
    OutcomeIx(u8)
);
