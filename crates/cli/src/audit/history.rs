//! The written history of an order against where it stands, and against the steps that there are.

use commerce::orders::{OrderStatus, PaymentStatus, PaymentStep, Step};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;
use sqlx::MySqlConnection;

use super::Finding;
use super::store::{self, Entry};

const STEPS: [Step; 6] = [Step::Confirm, Step::Process, Step::Ship, Step::Deliver, Step::Cancel, Step::Refund];
const PAYMENT_STEPS: [PaymentStep; 4] =
    [PaymentStep::Pay, PaymentStep::Fail, PaymentStep::RefundPart, PaymentStep::RefundAll];

/// Every order and its payment begin here.
const START: &str = "pending";

pub(super) async fn leads_to_the_status(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let entries = store::list_status_entries(conn).await?;
    let examined = store::count_orders(conn).await?;
    let wrong = orders_off_their_history(&entries, is_step);
    Ok(Finding::new("an order's history leads to its status", (examined, "orders"), &wrong))
}

pub(super) async fn leads_to_the_payment_status(conn: &mut MySqlConnection) -> sqlx::Result<Finding> {
    let entries = store::list_payment_entries(conn).await?;
    let examined = store::count_orders(conn).await?;
    let wrong = orders_off_their_history(&entries, is_payment_step);
    Ok(Finding::new("a payment's history leads to its status", (examined, "orders"), &wrong))
}

fn is_step(old: &str, new: &str) -> bool {
    let (old, new) = (read::<OrderStatus>(old), read(new));
    old.is_some_and(|old| new.is_some() && STEPS.iter().any(|&step| old.after(step) == new))
}

fn is_payment_step(old: &str, new: &str) -> bool {
    let (old, new) = (read::<PaymentStatus>(old), read(new));
    old.is_some_and(|old| new.is_some() && PAYMENT_STEPS.iter().any(|&step| old.after(step) == new))
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    T::deserialize(IntoDeserializer::<Error>::into_deserializer(text)).ok()
}

/// The orders whose entries, as they stand one after the other, are no way from the start to where the order stands.
fn orders_off_their_history(entries: &[Entry], is_step: fn(&str, &str) -> bool) -> Vec<u64> {
    let orders = entries.chunk_by(|one, next| one.order_id == next.order_id);
    let wrong = orders.filter(|entries| !is_a_way(entries, is_step));
    wrong.filter_map(|entries| Some(entries.first()?.order_id)).collect()
}

fn is_a_way(entries: &[Entry], is_step: fn(&str, &str) -> bool) -> bool {
    let mut place = None;
    for entry in entries {
        let Some(new) = entry.new_value.as_deref() else { continue };
        let fits = match entry.old_value.as_deref() {
            None => place.is_none() && new == START,
            Some(old) => place == Some(old) && is_step(old, new),
        };
        if !fits {
            return false;
        }
        place = Some(new);
    }
    entries.last().is_some_and(|last| place == Some(last.stands_at.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `→ pending → confirmed`, and where the order stands.
    fn entries(way: &str, stands_at: &str) -> Vec<Entry> {
        let places: Vec<&str> = way.split(" → ").collect();
        let text = |place: &str| Some(place.trim()).filter(|place| !place.is_empty()).map(str::to_owned);
        let entry = |two: &[&str]| Entry {
            order_id: 1,
            stands_at: stands_at.to_owned(),
            old_value: text(two[0]),
            new_value: text(two[1]),
        };
        places.windows(2).map(entry).collect()
    }

    fn leads(entries: &[Entry]) -> bool {
        is_a_way(entries, is_step)
    }

    fn payment_leads(entries: &[Entry]) -> bool {
        is_a_way(entries, is_payment_step)
    }

    #[test]
    fn a_history_is_a_way_from_pending_to_where_the_order_stands() {
        for (way, stands_at) in [
            (" → pending", "pending"),
            (" → pending → confirmed → processing → shipped → delivered → refunded", "refunded"),
            (" → pending → cancelled", "cancelled"),
        ] {
            assert!(leads(&entries(way, stands_at)), "{way}");
        }
        for (way, stands_at) in [
            (" → pending → confirmed", "processing"),
            (" → pending → shipped", "shipped"),
            (" → confirmed", "confirmed"),
            ("pending → confirmed", "confirmed"),
            (" → pending → lost", "lost"),
        ] {
            assert!(!leads(&entries(way, stands_at)), "{way}");
        }
    }

    #[test]
    fn a_payment_goes_its_own_way() {
        for (way, stands_at) in [(" → pending → failed → paid", "paid"), (" → pending → paid → refunded", "refunded")]
        {
            assert!(payment_leads(&entries(way, stands_at)), "{way}");
        }
        for (way, stands_at) in [(" → pending → paid → failed", "failed"), (" → paid", "paid")] {
            assert!(!payment_leads(&entries(way, stands_at)), "{way}");
        }
    }

    #[test]
    fn a_gap_a_second_beginning_and_an_empty_history_are_seen() {
        let mut gap = entries(" → pending → confirmed → processing", "processing");
        gap.remove(1);
        assert!(!leads(&gap));
        assert!(!leads(&[entries(" → pending", "pending"), entries(" → pending", "pending")].concat()));
        let none = [Entry { order_id: 1, stands_at: "pending".to_owned(), old_value: None, new_value: None }];
        assert!(!leads(&none) && !payment_leads(&none));
    }
}
