//! The law files are embedded: a change to any of them, or a new one, builds the program anew.

fn main() {
    println!("cargo:rerun-if-changed=../../law");
}
