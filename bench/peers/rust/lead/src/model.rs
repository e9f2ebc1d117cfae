//! The response as a struct that serde fills, as the documentation of all three parsers has typed
//! data read. Members may have values of other types than they should, which is told, not refused.
//! A member that appears twice is an error of serde's: the document is refused, as it should be.
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::Deserialize;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Whatever a member has that is no object with members of its own.
#[derive(Default)]
pub enum Value<'a> {
    #[default]
    Absent,
    Null,
    Boolean(bool),
    Integer(i64),
    Text(Cow<'a, str>),
    Object,
    Other,
}

/// A member that should be an object with members that are read.
#[derive(Default)]
pub enum Member<T> {
    #[default]
    Absent,
    Null,
    Object(T),
    Other,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Lead<'a> {
    #[serde(borrow, rename = "partnerLeadOpportunityId")]
    pub partner_id: Value<'a>,
    #[serde(borrow, rename = "dsLeadOpportunityId")]
    pub ds_id: Value<'a>,
    #[serde(borrow)]
    pub action: Value<'a>,
    #[serde(borrow)]
    pub info: Member<Info<'a>>,
    #[serde(borrow)]
    pub error: Member<Fault<'a>>,
    #[serde(borrow)]
    pub errors: Member<Fault<'a>>,
    #[serde(borrow)]
    pub data: Member<Data<'a>>,
    #[serde(borrow)]
    pub message: Value<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Info<'a> {
    #[serde(borrow)]
    pub success: Value<'a>,
    #[serde(borrow)]
    pub status_code: Value<'a>,
    #[serde(borrow)]
    pub timestamp: Value<'a>,
    #[serde(borrow)]
    pub time_stamp: Value<'a>,
    #[serde(borrow)]
    pub trace_id: Value<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Fault<'a> {
    #[serde(borrow)]
    pub code: Value<'a>,
    #[serde(borrow)]
    pub message: Value<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Data<'a> {
    #[serde(borrow, rename = "partnerLeadOpportunityId")]
    pub partner_id: Value<'a>,
    #[serde(borrow, rename = "dsLeadOpportunityId")]
    pub ds_id: Value<'a>,
    #[serde(borrow)]
    pub action: Value<'a>,
}

fn skip_members<'de, A: MapAccess<'de>>(mut members: A) -> Result<(), A::Error> {
    while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

fn skip_elements<'de, A: SeqAccess<'de>>(mut elements: A) -> Result<(), A::Error> {
    while elements.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

struct ValueVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for ValueVisitor<'a> {
    type Value = Value<'a>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Value<'a>, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value<'a>, E> {
        Ok(Value::Boolean(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value<'a>, E> {
        Ok(Value::Integer(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value<'a>, E> {
        Ok(i64::try_from(value).map_or(Value::Other, Value::Integer))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value<'a>, E> {
        // 201.0 is an integer, too.
        let fits = (-9223372036854775808.0..9223372036854775808.0).contains(&value);
        let integer = fits && value.trunc() == value;
        Ok(if integer { Value::Integer(value as i64) } else { Value::Other })
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }
    fn visit_string<E>(self, text: String) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Owned(text)))
    }
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Value<'a>, A::Error> {
        skip_members(members).map(|()| Value::Object)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Value<'a>, A::Error> {
        skip_elements(elements).map(|()| Value::Other)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor(PhantomData))
    }
}

struct MemberVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MemberVisitor<T> {
    type Value = Member<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a value")
    }
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Member<T>, A::Error> {
        T::deserialize(serde::de::value::MapAccessDeserializer::new(members)).map(Member::Object)
    }
    fn visit_unit<E>(self) -> Result<Member<T>, E> {
        Ok(Member::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Member<T>, A::Error> {
        skip_elements(elements).map(|()| Member::Other)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Member<T>, E> {
        Ok(Member::Other)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Member<T>, E> {
        Ok(Member::Other)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Member<T>, E> {
        Ok(Member::Other)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Member<T>, E> {
        Ok(Member::Other)
    }
    fn visit_str<E>(self, _: &str) -> Result<Member<T>, E> {
        Ok(Member::Other)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Member<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MemberVisitor(PhantomData))
    }
}
