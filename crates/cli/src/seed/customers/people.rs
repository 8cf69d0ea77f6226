//! Who they are and where they live: names and streets that nobody in particular has.

use accounts::identifiers::Malformed;
use accounts::{Email, PersonName};
use anyhow::{Context, anyhow};
use commerce::address::Address;
use commerce::place::StateCode;
use serde_json::json;

use crate::seed::chance::Chance;

const FIRST_NAMES: [&str; 40] = [
    "Aarti", "Abhinav", "Aditi", "Ajay", "Anjali", "Arjun", "Asha", "Bhavna", "Chetan", "Deepa", "Devika", "Farhan",
    "Gauri", "Girish", "Harpreet", "Imran", "Ishita", "Jyoti", "Kabir", "Kavita", "Lakshmi", "Manish", "Meera",
    "Mohan", "Nandini", "Neha", "Nikhil", "Pooja", "Prakash", "Radha", "Rahul", "Rekha", "Sameer", "Sanjana", "Shreya",
    "Suresh", "Tanvi", "Uday", "Vandana", "Yusuf",
];

const LAST_NAMES: [&str; 36] = [
    "Agarwal",
    "Banerjee",
    "Bhatt",
    "Chauhan",
    "Chopra",
    "Das",
    "Deshmukh",
    "D'Souza",
    "Fernandes",
    "Gaikwad",
    "Ghosh",
    "Gill",
    "Iyer",
    "Jain",
    "Joshi",
    "Kamble",
    "Khan",
    "Kulkarni",
    "Mehta",
    "Menon",
    "Mishra",
    "Nair",
    "Pandey",
    "Patel",
    "Patil",
    "Pillai",
    "Rao",
    "Reddy",
    "Saxena",
    "Sharma",
    "Shetty",
    "Shinde",
    "Singh",
    "Sinha",
    "Thakur",
    "Verma",
];

/// City, state, the GST code of the state, PIN, and a street.
pub(super) const PLACES: [[&str; 5]; 18] = [
    ["Pune", "Maharashtra", "27", "411004", "Prabhat Road"],
    ["Mumbai", "Maharashtra", "27", "400014", "Hindu Colony"],
    ["Nagpur", "Maharashtra", "27", "440010", "Dharampeth"],
    ["Pune", "Maharashtra", "27", "411038", "Paud Road"],
    ["Thane", "Maharashtra", "27", "400602", "Gokhale Road"],
    ["Bengaluru", "Karnataka", "29", "560011", "Jayanagar 4th Block"],
    ["Chennai", "Tamil Nadu", "33", "600004", "Luz Church Road"],
    ["Madurai", "Tamil Nadu", "33", "625001", "East Veli Street"],
    ["Hyderabad", "Telangana", "36", "500020", "Himayat Nagar"],
    ["Kolkata", "West Bengal", "19", "700029", "Lake Road"],
    ["New Delhi", "Delhi", "07", "110024", "Lajpat Nagar"],
    ["Lucknow", "Uttar Pradesh", "09", "226001", "Hazratganj"],
    ["Jaipur", "Rajasthan", "08", "302001", "Mirza Ismail Road"],
    ["Ahmedabad", "Gujarat", "24", "380009", "Navrangpura"],
    ["Indore", "Madhya Pradesh", "23", "452001", "South Tukoganj"],
    ["Ludhiana", "Punjab", "03", "141001", "Civil Lines"],
    ["Patna", "Bihar", "10", "800001", "Exhibition Road"],
    ["Kochi", "Kerala", "32", "682016", "Warriam Road"],
];

/// The first mobile number that is handed out.
const FIRST_PHONE: u64 = 9_000_000_000;

/// A customer of the shop.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) first_name: PersonName,
    pub(super) last_name: PersonName,
    pub(super) email: Email,
    pub(super) address: Address,
    pub(super) state: StateCode,
}

impl Person {
    /// Always the same one for a number.
    pub(super) fn number(number: u32) -> anyhow::Result<Self> {
        let mut chance = Chance::of(&format!("customer {number}"));
        let (first, last) = (chance.one_of("Asha", &FIRST_NAMES), chance.one_of("Kale", &LAST_NAMES));
        let [city, state, code, pin, street] = chance.one_of(PLACES[0], &PLACES);
        let email = format!("{first}.{last}.{number}@example.com").to_lowercase().replace('\'', "");
        let address = json!({
            "full_name": format!("{first} {last}"),
            "phone": (FIRST_PHONE + u64::from(number)).to_string(),
            "address_line1": format!("{} {street}", 1 + chance.below(240)),
            "city": city, "state": state, "postal_code": pin,
        });
        Ok(Self {
            first_name: first.to_owned().try_into().map_err(wrong)?,
            last_name: last.to_owned().try_into().map_err(wrong)?,
            email: email.try_into().map_err(wrong)?,
            address: serde_json::from_value(address).context("an address")?,
            state: code.parse()?,
        })
    }
}

fn wrong(error: Malformed) -> anyhow::Error {
    anyhow!("a customer: {error}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everybody_has_a_name_an_address_and_an_e_mail_of_their_own() {
        let emails: BTreeSet<_> =
            (1..=500).map(|number| Person::number(number).unwrap().email.as_str().to_owned()).collect();
        assert_eq!(emails.len(), 500);
        assert!(emails.iter().all(|email| email.ends_with("@example.com")));
    }
}
