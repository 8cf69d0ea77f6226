//! An address as a customer gives it with an order: written out, or one of their address book.

use std::fmt;

use commerce::address::Address;
use commerce::ids::AddressId;
use eserde::EDeserialize;
use eserde::reporter::ErrorReporter;
use serde::Serialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};
use utoipa::ToSchema;

/// Where an order goes, or to whom its invoice is written. The order keeps a copy of either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum WantedAddress {
    /// The key of an address in the customer's book.
    Saved(AddressId),
    /// The address itself.
    Written(Box<Address>),
}

/// Reads either; an address for its faults alone if `T` is nothing.
struct Either<T>(std::marker::PhantomData<T>);

impl<'de> Visitor<'de> for Either<WantedAddress> {
    type Value = WantedAddress;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<WantedAddress, E> {
        key(number).map(WantedAddress::Saved)
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<WantedAddress, M::Error> {
        let address = <Address as Deserialize>::deserialize(MapAccessDeserializer::new(map))?;
        Ok(WantedAddress::Written(Box::new(address)))
    }
}

impl<'de> Visitor<'de> for Either<()> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        key(number).map(drop)
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<(), M::Error> {
        // It has reported its faults itself.
        Address::deserialize_for_errors(MapAccessDeserializer::new(map)).unwrap_or_default();
        Ok(())
    }
}

const EXPECTED: &str = "an address, or the id of an address in the address book";

fn key<E: Error>(number: u64) -> Result<AddressId, E> {
    AddressId::new(number).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &EXPECTED))
}

impl<'de> Deserialize<'de> for WantedAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either(std::marker::PhantomData::<Self>))
    }
}

impl<'de> EDeserialize<'de> for WantedAddress {
    fn deserialize_for_errors<D: Deserializer<'de>>(deserializer: D) -> Result<(), ()> {
        let before = ErrorReporter::n_errors();
        if let Err(error) = deserializer.deserialize_any(Either(std::marker::PhantomData::<()>)) {
            ErrorReporter::report(error);
        }
        if ErrorReporter::n_errors() > before { Err(()) } else { Ok(()) }
    }
}
