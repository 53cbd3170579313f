//! The themes are compiled into the program: a change of their files is a change of the program.

fn main() {
    println!("cargo::rerun-if-changed=themes");
}
