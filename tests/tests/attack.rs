//! A tenth of each attack. The long forms are `cargo bench -p tests --bench attack`.
#![cfg(unix)]

use tests::attack::{editors, hostile, kills, names, stopped};

#[test]
fn fifteen_kills_lose_nothing() {
    println!("{}", kills::attack(15));
}

#[test]
fn a_hundred_names_set_at_the_same_time_are_all_there() {
    println!("{}", names::attack(104));
}

#[test]
fn hostile_models_are_refused_beside_an_ordinary_editor() {
    println!("{}", hostile::models(10));
}

#[test]
fn hostile_prompts_are_read_beside_an_ordinary_editor() {
    println!("{}", hostile::prompts(10));
}

#[test]
fn hostile_workspaces_are_served_beside_an_ordinary_editor() {
    println!("{}", hostile::workspaces(10));
}

#[test]
fn thirty_two_editors_get_their_own_answers() {
    println!("{}", editors::attack(32, 20));
}

#[test]
fn editors_that_stand_still_stop_no_other() {
    println!("{}", stopped::attack(400));
}
