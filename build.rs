//! The default theme is compiled into the program: a change of its files is a change of the program.

fn main() {
    println!("cargo::rerun-if-changed=themes/shanyraq");
}
