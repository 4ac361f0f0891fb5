//! Access tokens and the keys that sign them; opaque secrets for refresh and API keys.
//!
//! HS256 under random 256-bit keys, since nobody but this system verifies its tokens. Time is
//! checked by hand, against the product's clock.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::time::Moment;

/// The type of our tokens, checked by hand: the library does not.
const TYPE: &str = "at+jwt";
const ISSUER: &str = "fiveone";
const AUDIENCE: &str = "fiveone-api";
/// Clocks may differ by 10 s.
const LEEWAY_SECONDS: i64 = 10;
/// Longest token we look at, in bytes.
const LONGEST: usize = 4096;
/// A key signs for 90 days, then a new one takes over.
const KEY_LIFE_MILLIS: i64 = 90 * 86_400_000;

/// What a token says. Role and region are not in it: they come from the database.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    aud: String,
    /// The account.
    pub(crate) sub: Id,
    exp: i64,
    nbf: i64,
    iat: i64,
    jti: Id,
    /// The session.
    pub(crate) sid: Id,
    /// The account's epoch: raised when its password, role or region changes.
    pub(crate) ep: i64,
}

/// The keys that sign and verify; the newest signs.
#[derive(Clone)]
pub(crate) struct Keys(Vec<Key>);

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    kid: String,
    /// 32 random bytes, base64url.
    secret: String,
    made_at: Moment,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    key: Vec<Key>,
}

impl Keys {
    /// Reads the keys; makes the file when it may and there is none, and adds a new key to a file
    /// of its own whose newest one is 90 days old.
    ///
    /// # Errors
    /// No file where none may be made, one others can read, a key that is too short.
    pub(crate) fn open(path: &Path, may_make: bool, now: Moment) -> Result<Self> {
        let named = |why: &str| Error::broken(format!("key file {}: {why}", path.display()));
        if !path.exists() {
            if !may_make {
                return Err(named("there is none; set auth.key_file"));
            }
            let keys = Self(vec![Key::new(now)?]);
            keys.keep(path)?;
            return Ok(keys);
        }
        refuse_readable(path)?;
        let text = std::fs::read_to_string(path).map_err(|fault| named(&fault.to_string()))?;
        let file: KeyFile = toml::from_str(&text).map_err(|_| named("is not a key file"))?;
        let mut keys = Self(file.key);
        if keys.0.is_empty()
            || keys
                .0
                .iter()
                .any(|key| key.bytes().is_none_or(|b| b.len() < 32))
        {
            return Err(named("needs keys of at least 32 bytes"));
        }
        keys.0.sort_by_key(|key| key.made_at);
        let is_old = |key: &Key| now.millis() - key.made_at.millis() > KEY_LIFE_MILLIS;
        if may_make && keys.0.last().is_some_and(is_old) {
            let newest = keys.0.pop();
            keys.0.clear();
            keys.0.extend(newest);
            keys.0.push(Key::new(now)?);
            keys.keep(path)?;
        }
        Ok(keys)
    }

    fn keep(&self, path: &Path) -> Result<()> {
        use std::io::Write as _;
        use std::os::unix::fs::OpenOptionsExt as _;
        let text = toml::to_string(&KeyFile {
            key: self.0.clone(),
        })
        .map_err(Error::broken)?;
        let fresh = PathBuf::from(format!("{}.new", path.display()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&fresh).map_err(Error::broken)?;
        file.write_all(text.as_bytes()).map_err(Error::broken)?;
        file.sync_all().map_err(Error::broken)?;
        std::fs::rename(&fresh, path).map_err(Error::broken)
    }

    /// Signs a token for a session.
    ///
    /// # Errors
    /// Only a fault of the library.
    pub(crate) fn sign(
        &self,
        sub: Id,
        sid: Id,
        ep: i64,
        now: Moment,
        seconds: u64,
    ) -> Result<String> {
        let key = self
            .0
            .last()
            .ok_or_else(|| Error::broken("no signing key"))?;
        let iat = now.millis().div_euclid(1000);
        let seconds = i64::try_from(seconds).map_err(Error::broken)?;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub,
            exp: iat.saturating_add(seconds),
            nbf: iat,
            iat,
            jti: Id::new(),
            sid,
            ep,
        };
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.kid.clone());
        let secret = key.bytes().unwrap_or_default();
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&secret))
            .map_err(Error::broken)
    }

    /// Returns what a token says when everything about it holds.
    pub(crate) fn verify(&self, token: &str, now: Moment) -> Option<Claims> {
        if token.len() > LONGEST {
            return None;
        }
        // The header is read by hand first: an unknown member could change its meaning, and the
        // library checks neither `typ` nor `kid`.
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
        let header: StrictHeader = serde_json::from_slice(&header).ok()?;
        if header.typ != TYPE || header.alg != "HS256" {
            return None;
        }
        let key = self.0.iter().find(|key| key.kid == header.kid)?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let secret = DecodingKey::from_secret(&key.bytes()?);
        let claims = jsonwebtoken::decode::<Claims>(token, &secret, &validation)
            .ok()?
            .claims;
        let now = now.millis().div_euclid(1000);
        let holds = claims.exp > now.saturating_sub(LEEWAY_SECONDS)
            && claims.nbf <= now.saturating_add(LEEWAY_SECONDS)
            && claims.iat <= now.saturating_add(LEEWAY_SECONDS)
            && claims.exp > claims.iat;
        holds.then_some(claims)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictHeader {
    typ: String,
    alg: String,
    kid: String,
}

impl Key {
    fn new(now: Moment) -> Result<Self> {
        let kid = hex::encode(random::<4>()?);
        Ok(Self {
            kid,
            secret: URL_SAFE_NO_PAD.encode(random::<32>()?),
            made_at: now,
        })
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(&self.secret).ok()
    }
}

/// A file with secrets must not be readable by others.
fn refuse_readable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path)
        .map_err(Error::broken)?
        .permissions()
        .mode();
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    Err(Error::broken(format!(
        "key file {} can be read by others; chmod 600 it",
        path.display()
    )))
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|fault| Error::broken(fault.to_string()))?;
    Ok(bytes)
}

/// Makes an opaque secret of 256 random bits behind a prefix.
///
/// # Errors
/// The system has no randomness.
pub(crate) fn secret(prefix: &str) -> Result<String> {
    Ok(format!(
        "{prefix}{}",
        URL_SAFE_NO_PAD.encode(random::<32>()?)
    ))
}

/// Returns how a secret is kept: its SHA-256. It has 256 random bits, so no salt is needed.
pub(crate) fn fingerprint(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}
