//! Whole rows out of a stretch of a file.

use csv::{ByteRecord, ReaderBuilder, Terminator};

/// One row of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Its cells as they were sent; nothing if they are not UTF-8.
    pub(super) cells: Option<Vec<String>>,
    /// How many bytes of the stretch end with it.
    pub(super) end: u64,
}

/// Where a stretch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Where the file does.
    OfFile,
    /// Somewhere in a row.
    Open,
}

/// The rows that are in `bytes` to their end, whichever way their lines end and whatever their quotation marks hold.
pub(super) fn records(bytes: &[u8], end: End) -> Vec<Record> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).terminator(Terminator::CRLF).from_reader(bytes);
    let whole = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let (mut records, mut record) = (Vec::new(), ByteRecord::new());
    // a slice is read without errors
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let read = reader.position().byte();
        if end == End::Open && read >= whole {
            break;
        }
        records.push(Record { cells: texts(&record), end: read });
    }
    records
}

fn texts(record: &ByteRecord) -> Option<Vec<String>> {
    record.iter().map(|cell| std::str::from_utf8(cell).ok().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts_of(bytes: &str, end: End) -> Vec<String> {
        records(bytes.as_bytes(), end).into_iter().map(|record| record.cells.unwrap().join("|")).collect()
    }

    #[test]
    fn rows_end_where_they_end_and_not_where_their_text_breaks() {
        let file = "a,\"x\ny\"\r\nb,\"say \"\"hi\"\"\"\n\nc,1";
        assert_eq!(texts_of(file, End::OfFile), ["a|x\ny", "b|say \"hi\"", "c|1"]);
        assert_eq!(texts_of(file, End::Open), ["a|x\ny", "b|say \"hi\""]);
    }

    #[test]
    fn wherever_a_stretch_is_cut_the_rows_are_the_same() {
        let file = "a,\"x\r\ny\"\r\nb,\"q\"\"q\"\r\nc,चाय\r\n\r\nd,1\r\n";
        let whole = texts_of(file, End::OfFile);
        for cut in 0..file.len() {
            let first = records(&file.as_bytes()[..cut], End::Open);
            let from = first.last().map_or(0, |record| usize::try_from(record.end).unwrap());
            let rest = records(&file.as_bytes()[from..], End::OfFile);
            let all: Vec<_> = first.into_iter().chain(rest).map(|record| record.cells.unwrap().join("|")).collect();
            assert_eq!(all, whole, "cut at {cut}");
        }
    }

    #[test]
    fn what_is_no_text_is_a_row_all_the_same() {
        let found = records(b"a,\xff\nb,1\n", End::OfFile);
        assert_eq!(found.iter().map(|record| record.cells.is_some()).collect::<Vec<_>>(), [false, true]);
    }
}
