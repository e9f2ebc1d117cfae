//! Which family a response is of, and what of it is told: docs/families.md.
use crate::abi::{Fields, Kept, Text, ABSENT, NULL, OTHER, VALUE};
use crate::model::{Fault, Lead, Member, Value};
use crate::Response;

const CREATED: u8 = 1;
const UPDATE: u8 = 2;
const FAILURE: u8 = 3;
const MESSAGE: u8 = 4;

impl Value<'_> {
    fn is_absent(&self) -> bool {
        matches!(self, Value::Absent)
    }
    fn is_text(&self) -> bool {
        matches!(self, Value::Text(_))
    }
    fn is_text_or_nothing(&self) -> bool {
        matches!(self, Value::Text(_) | Value::Null | Value::Absent)
    }

    fn tell(self, kept: &mut Kept) -> Text {
        match self {
            Value::Absent => Text::of(ABSENT),
            Value::Null => Text::of(NULL),
            Value::Text(text) => kept.text(text),
            _ => Text::of(OTHER),
        }
    }

    /// A partner's id may be an object.
    fn tell_id(self, kept: &mut Kept) -> Text {
        match self {
            Value::Object => Text::object(),
            other => other.tell(kept),
        }
    }
}

impl<T> Member<T> {
    fn presence(&self) -> u8 {
        match self {
            Member::Absent => ABSENT,
            Member::Null => NULL,
            Member::Object(_) => VALUE,
            Member::Other => OTHER,
        }
    }
}

fn conforms(error: &Member<Fault>) -> bool {
    match error {
        Member::Absent | Member::Null => true,
        Member::Object(error) => [&error.code, &error.message]
            .into_iter()
            .all(|value| value.is_absent() || value.is_text()),
        Member::Other => false,
    }
}

fn family(lead: &Lead) -> u8 {
    if let Member::Object(info) = &lead.info {
        if let Value::Boolean(success) = info.success {
            if matches!(lead.partner_id, Value::Text(_) | Value::Object)
                && lead.ds_id.is_text()
                && lead.action.is_text()
                && matches!(info.status_code, Value::Integer(_))
                && info.timestamp.is_text_or_nothing()
                && info.trace_id.is_text_or_nothing()
                && conforms(&lead.error)
            {
                return CREATED;
            }
            if matches!(lead.data, Member::Object(_) | Member::Null) {
                return if success { UPDATE } else { FAILURE };
            }
        }
    }
    let nothing_else = lead.partner_id.is_absent()
        && lead.ds_id.is_absent()
        && lead.action.is_absent()
        && matches!(lead.info, Member::Absent);
    if lead.message.is_text() && nothing_else {
        return MESSAGE;
    }
    0
}

impl Response {
    /// Whether it is a response; takes over what is told of it.
    pub fn take(&mut self, root: Member<Lead>, kept: &mut Kept) -> bool {
        kept.clear();
        let fields = &mut self.fields;
        fields.clear();
        let Member::Object(lead) = root else { return false };
        fields.family = family(&lead);
        if fields.family == 0 {
            return false;
        }
        fill(fields, lead, kept);
        true
    }
}

fn fill(fields: &mut Fields, lead: Lead, kept: &mut Kept) {
    if matches!(fields.family, UPDATE | FAILURE) {
        if let Member::Object(data) = lead.data {
            fields.partner_id = data.partner_id.tell_id(kept);
            fields.ds_id = data.ds_id.tell(kept);
            fields.action = data.action.tell(kept);
        }
    } else {
        fields.partner_id = lead.partner_id.tell_id(kept);
        fields.ds_id = lead.ds_id.tell(kept);
        fields.action = lead.action.tell(kept);
    }
    if let Member::Object(info) = lead.info {
        let other = info.timestamp.is_absent();
        fields.timestamp = if other { info.time_stamp } else { info.timestamp }.tell(kept);
        fields.trace_id = info.trace_id.tell(kept);
        if let Value::Integer(code) = info.status_code {
            fields.status_code = code;
            fields.has_status_code = 1;
        }
        if let Value::Boolean(success) = info.success {
            fields.success = u8::from(success);
            fields.has_success = 1;
        }
    }
    let error = if matches!(lead.error, Member::Absent) { lead.errors } else { lead.error };
    fields.error = error.presence();
    if let Member::Object(error) = error {
        fields.error_code = error.code.tell(kept);
        fields.error_message = error.message.tell(kept);
    }
    fields.message = lead.message.tell(kept);
}
