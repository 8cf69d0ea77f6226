//! What a picture shows: one drawing for each kind of thing in the shop.

mod house;
mod packs;
mod table;
mod wear;

use serde::Deserialize;

use super::canvas::Canvas;
use super::look::Look;

/// A kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::seed) enum Motif {
    Bar,
    Battery,
    Biscuits,
    Book,
    Bottle,
    Bowl,
    Broom,
    Brush,
    Bulb,
    Can,
    Candle,
    Carton,
    Cloth,
    Comb,
    Cup,
    Device,
    Diya,
    Flask,
    Jar,
    Kettle,
    Pan,
    Paper,
    Pencils,
    Plug,
    Pot,
    Pouch,
    Sack,
    Shirt,
    Shoe,
    Spray,
    Sweets,
    Tin,
    Tool,
    Toy,
    Tube,
}

impl Motif {
    /// Draws the thing on the table, its shadow below it.
    pub(super) fn draw(self, canvas: &mut Canvas, look: &mut Look) {
        let draw = match self {
            Self::Bar => packs::bar,
            Self::Bottle => packs::bottle,
            Self::Can => packs::can,
            Self::Carton => packs::carton,
            Self::Jar => packs::jar,
            Self::Pouch => packs::pouch,
            Self::Sack => packs::sack,
            Self::Spray => packs::spray,
            Self::Tin => packs::tin,
            Self::Tube => packs::tube,
            Self::Biscuits => table::biscuits,
            Self::Bowl => table::bowl,
            Self::Candle => table::candle,
            Self::Cup => table::cup,
            Self::Diya => table::diya,
            Self::Sweets => table::sweets,
            Self::Flask => house::flask,
            Self::Kettle => house::kettle,
            Self::Pan => house::pan,
            Self::Pot => house::pot,
            Self::Tool => house::tool,
            Self::Broom => house::broom,
            Self::Brush => house::brush,
            Self::Comb => house::comb,
            Self::Bulb => house::bulb,
            Self::Battery => house::battery,
            Self::Device => house::device,
            Self::Plug => house::plug,
            Self::Book => wear::book,
            Self::Paper => wear::paper,
            Self::Pencils => wear::pencils,
            Self::Toy => wear::toy,
            Self::Cloth => wear::cloth,
            Self::Shirt => wear::shirt,
            Self::Shoe => wear::shoe,
        };
        draw(canvas, look);
    }
}
