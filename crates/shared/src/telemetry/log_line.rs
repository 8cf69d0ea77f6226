//! One event as one line of JSON with exactly the fields of the owner's document.

use std::fmt::{self, Write as _};
use std::io::Write;
use std::sync::Mutex;

use chrono::SecondsFormat;
use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::clock::Clock;

/// A log line. Absent fields are left out; fields of an event that have no place of their own follow the message.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the document calls it `line`")]
struct Line<'a> {
    timestamp: String,
    level: &'a str,
    service: &'a str,
    message: String,
    module: &'a str,
    function: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<String>,
}

/// The layer that writes events as lines.
#[derive(Debug)]
pub struct LogLines<W> {
    service: String,
    clock: Clock,
    writer: Mutex<W>,
}

impl<W: Write + 'static> LogLines<W> {
    /// Writes the events of `service` to `writer`, one `write` per line.
    pub fn new(service: impl fmt::Display, clock: Clock, writer: W) -> Self {
        Self { service: service.to_string(), clock, writer: Mutex::new(writer) }
    }

    fn line<'a>(&'a self, metadata: &'a Metadata<'a>, fields: Fields, scope: Scope<'a>) -> Line<'a> {
        Line {
            timestamp: self.clock.now().to_rfc3339_opts(SecondsFormat::Millis, true),
            level: metadata.level().as_str(),
            service: &self.service,
            message: fields.message + &fields.rest,
            module: metadata.module_path().unwrap_or_default(),
            function: scope.function.unwrap_or_default(),
            line: metadata.line(),
            user_id: fields.user_id.or(scope.user_id),
            request_id: fields.request_id.or(scope.request_id),
            exception: fields.exception,
        }
    }
}

/// What the spans around an event say: the innermost span's name, and the nearest user and request.
#[derive(Default)]
struct Scope<'a> {
    function: Option<&'a str>,
    user_id: Option<String>,
    request_id: Option<String>,
}

impl<'a> Scope<'a> {
    fn of<S: Subscriber + for<'s> LookupSpan<'s>>(spans: impl Iterator<Item = SpanRef<'a, S>>) -> Self {
        spans.fold(Self::default(), |scope, span| {
            let extensions = span.extensions();
            let fields = extensions.get::<Fields>();
            Self {
                function: scope.function.or(Some(span.metadata().name())),
                user_id: scope.user_id.or_else(|| fields?.user_id.clone()),
                request_id: scope.request_id.or_else(|| fields?.request_id.clone()),
            }
        })
    }
}

/// The fields of an event or a span, sorted into the places of a line.
#[derive(Default)]
struct Fields {
    message: String,
    user_id: Option<String>,
    request_id: Option<String>,
    exception: Option<String>,
    rest: String,
}

impl Fields {
    fn take(&mut self, name: &str, value: String) {
        match name {
            "message" => self.message = value,
            "user_id" => self.user_id = Some(value),
            "request_id" => self.request_id = Some(value),
            "exception" => self.exception = Some(value),
            name => drop(write!(self.rest, " {name}={value}")),
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field.name(), format!("{value:?}"));
    }
}

impl<S, W> Layer<S> for LogLines<W>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    W: Write + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let scope = Scope::of(context.event_scope(event).into_iter().flatten());
        let Ok(mut bytes) = serde_json::to_vec(&self.line(event.metadata(), fields, scope)) else { return };
        bytes.push(b'\n');
        let mut writer = self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // A log that cannot be written must not stop the shop.
        drop(writer.write_all(&bytes));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tracing_subscriber::prelude::*;

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(log: impl FnOnce()) -> serde_json::Value {
        let buffer = Buffer::default();
        let clock = Clock::fixed("2024-01-15T10:30:00.123Z".parse().unwrap());
        let layer = LogLines::new("auth-service", clock, buffer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log);
        let bytes = buffer.0.lock().unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes).lines().count(), 1);
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn a_line_has_exactly_the_document_s_fields() {
        let mut line = logged(|| {
            let request = tracing::info_span!("request", request_id = "req-abc123", user_id = tracing::field::Empty);
            request.record("user_id", "12345");
            let connect = tracing::info_span!(parent: &request, "get_connection");
            connect.in_scope(|| {
                tracing::error!(exception = "Connection timeout after 30 seconds", "Database connection failed");
            });
        });
        line["line"] = 45.into();
        line["module"] = "database".into();
        let expected = serde_json::json!({
            "timestamp": "2024-01-15T10:30:00.123Z", "level": "ERROR", "service": "auth-service",
            "message": "Database connection failed", "module": "database", "function": "get_connection", "line": 45,
            "user_id": "12345", "request_id": "req-abc123", "exception": "Connection timeout after 30 seconds",
        });
        assert_eq!(line, expected);
    }

    #[test]
    fn other_fields_follow_the_message_and_nothing_breaks_out_of_the_line() {
        let line = logged(|| tracing::info!(path = "/x\n{\"level\":\"ERROR\"}", status = 200, "answered"));
        assert_eq!(line["message"], "answered path=/x\n{\"level\":\"ERROR\"} status=200");
    }
}
