//! Formulas over the bits of a state and the inputs of a move, and their conjunctive form.

/// A bit of the state, or an input of the move from [`INPUT`] on.
pub type Var = u32;

/// The first variable that is an input.
pub const INPUT: Var = 1 << 24;

/// A variable, or its opposite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lit {
    /// The variable.
    pub var: Var,
    /// Whether the variable itself is meant.
    pub positive: bool,
}

/// A disjunction.
pub type Clause = Vec<Lit>;

/// A formula in negation normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// True or false.
    Const(bool),
    /// A literal.
    Lit(Lit),
    /// All hold.
    All(Vec<Formula>),
    /// One holds.
    Any(Vec<Formula>),
}

/// More clauses than this are left out: dropping a gate only adds behaviour.
const N_CLAUSES_MAX: usize = 400;

impl Formula {
    /// A positive literal.
    pub fn var(var: Var) -> Formula {
        Formula::Lit(Lit { var, positive: true })
    }

    /// The conjunction, simplified.
    pub fn all(parts: impl IntoIterator<Item = Formula>) -> Formula {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Formula::Const(true) => {}
                Formula::Const(false) => return Formula::Const(false),
                Formula::All(inner) => kept.extend(inner),
                part => kept.push(part),
            }
        }
        match kept.len() {
            0 => Formula::Const(true),
            1 => kept.swap_remove(0),
            _ => Formula::All(kept),
        }
    }

    /// The disjunction, simplified.
    pub fn any(parts: impl IntoIterator<Item = Formula>) -> Formula {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Formula::Const(false) => {}
                Formula::Const(true) => return Formula::Const(true),
                Formula::Any(inner) => kept.extend(inner),
                part => kept.push(part),
            }
        }
        match kept.len() {
            0 => Formula::Const(false),
            1 => kept.swap_remove(0),
            _ => Formula::Any(kept),
        }
    }

    /// Every variable in it.
    pub fn vars(&self, visit: &mut dyn FnMut(Var)) {
        match self {
            Formula::Const(_) => {}
            Formula::Lit(lit) => visit(lit.var),
            Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|part| part.vars(visit)),
        }
    }

    /// As a conjunction of clauses; tautologies and repeats are left out.
    pub fn cnf(&self) -> Vec<Clause> {
        let mut clauses = self.distribute();
        clauses.sort();
        clauses.dedup();
        clauses
    }

    fn distribute(&self) -> Vec<Clause> {
        match self {
            Formula::Const(true) => Vec::new(),
            Formula::Const(false) => vec![Vec::new()],
            Formula::Lit(lit) => vec![vec![*lit]],
            Formula::All(parts) => parts.iter().flat_map(Formula::distribute).collect(),
            Formula::Any(parts) => {
                let mut product: Vec<Clause> = vec![Vec::new()];
                for part in parts {
                    let clauses = part.distribute();
                    let mut next = Vec::new();
                    for left in &product {
                        next.extend(clauses.iter().filter_map(|right| join(left, right)));
                    }
                    next.truncate(N_CLAUSES_MAX);
                    product = next;
                }
                product
            }
        }
    }
}

/// The disjunction of two clauses; none when it always holds.
fn join(left: &Clause, right: &Clause) -> Option<Clause> {
    let mut clause: Clause = left.iter().chain(right).copied().collect();
    clause.sort_unstable();
    clause.dedup();
    // Sorted, so a variable and its opposite are neighbours.
    let tautology = clause.windows(2).any(|pair| pair[0].var == pair[1].var);
    (!tautology).then_some(clause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distribution_drops_tautologies() {
        let lit = |var, positive| Formula::Lit(Lit { var, positive });
        let formula = Formula::any([Formula::all([lit(1, true), lit(2, true)]), lit(1, false)]);
        assert_eq!(
            formula.cnf(),
            vec![vec![Lit { var: 1, positive: false }, Lit { var: 2, positive: true }]]
        );
        assert_eq!(Formula::any([lit(1, true), Formula::Const(true)]), Formula::Const(true));
    }
}
