//! Why a cart stays as it is.

/// What the functions that change a cart return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a cart was not changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The shopper asked for what cannot be.
    #[error(transparent)]
    Refused(#[from] CartRefusal),
    /// The database did not do it.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What a shopper cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartRefusal {
    /// A line of this product holds so many pieces.
    #[error("a cart takes {least} to {most} of this product")]
    QuantityLimit {
        /// At least.
        least: u32,
        /// At most.
        most: u32,
    },
    /// A cart holds so many pieces.
    #[error("a cart takes {most} pieces in all")]
    CartFull {
        /// At most.
        most: u32,
    },
    /// There are only so many pieces.
    #[error("there are {available} of this product")]
    OutOfStock {
        /// None if it is not sold any more.
        available: u32,
    },
    /// The shop does not sell such a product.
    #[error("there is no such product")]
    NoSuchProduct,
    /// The product is sold by variation, and none was named.
    #[error("the product is sold by variation")]
    VariationNeeded,
    /// The product has no such variation, or does not sell it any more.
    #[error("the product has no such variation")]
    NoSuchVariation,
    /// There is no such line in this cart.
    #[error("there is no such line in this cart")]
    NoSuchLine,
    /// The guest's cart was merged into a user's in this moment.
    #[error("the guest's session has ended")]
    SessionEnded,
}
