//! What somebody types to prove that a message reached them, and for which message.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::identifiers::Malformed;

/// A code of six digits. Blanks in it do not matter.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 6, max_length = 6, pattern = "^[0-9]{6}$", example = "482913")]
pub struct Code(SecretString);

/// Which message a code came with: the answer to the request for it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, format = Uuid)]
pub struct RequestId(Uuid);

eserde::impl_edeserialize_compat!(Code, RequestId);

impl TryFrom<String> for Code {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let digits: String = text.chars().filter(|c| *c != ' ').take(7).collect();
        let is_good = digits.len() == 6 && digits.bytes().all(|c| c.is_ascii_digit());
        if is_good { Ok(Self(digits.into())) } else { Err(Malformed("six digits")) }
    }
}

impl Code {
    pub(super) fn as_str(&self) -> &str {
        self.0.expose_secret()
    }
}

impl TryFrom<String> for RequestId {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        // The hyphenated form has 36 characters; the crate reads others too.
        let uuid = if text.len() == 36 { Uuid::try_parse(&text).ok() } else { None };
        uuid.map(Self).ok_or(Malformed("the request_id of the answer to the request for the code"))
    }
}

impl RequestId {
    pub(crate) const fn get(self) -> Uuid {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits() {
        for good in ["048213", "048 213", " 048213 "] {
            assert_eq!(Code::try_from(good.to_owned()).unwrap().as_str(), "048213");
        }
        for wrong in
            ["", "04821", "0482131", "04821x", "०४८२१३", "０４８２１３", "048213\u{200b}", "048\t213", "+48213"]
        {
            assert!(Code::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
        assert!(Code::try_from("1".repeat(1 << 20)).is_err());
        assert!(!format!("{:?}", Code::try_from("048213".to_owned()).unwrap()).contains("048213"));
    }

    #[test]
    fn a_request_has_one_form() {
        let name = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        assert_eq!(RequestId::try_from(name.to_owned()).unwrap().get().to_string(), name);
        for wrong in ["", "67e5504410b1426f9247bb680e5fe0c8", &format!("{{{name}}}"), &name.replace('6', "g")] {
            assert!(RequestId::try_from((*wrong).to_owned()).is_err(), "{wrong}");
        }
    }
}
