//! The texts of the tool: `explain`, `completions`, `man` and the help.

#[path = "docs/generate.rs"]
mod generate;
mod harness;
#[path = "docs/rows.rs"]
mod rows;
#[path = "docs/tokens.rs"]
mod tokens;

/// The table of `ami explain`. If it differs from the tables of the library, this test writes the
/// new one beside the old if `AMI_WRITE_TABLE` is set.
#[test]
fn the_table_of_explain_is_that_of_the_library() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/explain/table.jsonl");
    let table = generate::table();
    if std::env::var_os("AMI_WRITE_TABLE").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    let present = std::fs::read_to_string(path).unwrap();
    for (present, new) in present.lines().zip(table.lines()) {
        assert_eq!(present, new, "set AMI_WRITE_TABLE=1 to write the table again");
    }
    assert_eq!(present.len(), table.len());
}
