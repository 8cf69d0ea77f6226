//! What this service does when others tell it something.

use std::sync::Arc;

use commerce::listeners::PRODUCT_SALES;
use shared::Ground;
use shared::messaging::Consumer;

use crate::sales;

/// Counts what orders sell.
pub(crate) fn sales(ground: &Arc<Ground>) -> Consumer {
    let ground = Arc::clone(ground);
    Consumer::new(PRODUCT_SALES, move |message| {
        let ground = Arc::clone(&ground);
        async move { sales::hear(&ground.database, &message, ground.clock.now()).await }
    })
}
