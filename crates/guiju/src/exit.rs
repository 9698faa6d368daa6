//! How the program ends: 0 clean, 1 findings or refusals, 2 bad input, 3 our fault.

use std::process::ExitCode;

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// All is well.
    Clean,
    /// Done, with findings or refusals.
    Findings,
}

/// Why a command could not do its work; shown to the person who typed it.
#[derive(Debug)]
pub enum Failure {
    /// What was given cannot be used.
    Input(String),
    /// The fault is ours or the machine's.
    Fault(String),
}

impl Failure {
    /// Bad input, from any error.
    pub fn input(error: impl std::fmt::Display) -> Failure {
        Failure::Input(error.to_string())
    }

    /// Our fault, from any error.
    pub fn fault(error: impl std::fmt::Display) -> Failure {
        Failure::Fault(error.to_string())
    }
}

/// The exit code of a command.
pub fn code(done: Result<Done, Failure>) -> ExitCode {
    match done {
        Ok(Done::Clean) => ExitCode::SUCCESS,
        Ok(Done::Findings) => ExitCode::from(1),
        Err(Failure::Input(message)) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
        Err(Failure::Fault(message)) => {
            eprintln!("程序出错：{message}");
            ExitCode::from(3)
        }
    }
}

/// Writes to standard output; a reader that went away is no fault.
pub fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    // Colours go to terminals only.
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        done => done.map_err(Failure::fault),
    }
}
