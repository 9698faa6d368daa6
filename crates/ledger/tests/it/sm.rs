//! SM3 and SM2 against the standards.

use std::fs;

use ledger::Hash;
use ledger::key::{PublicKey, Role, SigningKey};
use ledger::note::{Note, NoteSignature};
use serde_json::Value;
use sm2::dsa::signature::{Signer, Verifier};
use sm2::dsa::{Signature, VerifyingKey};

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn vectors(name: &str) -> Option<Value> {
    let folder = crate::shared("sm")?;
    Some(serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap())
}

#[test]
fn sm3_gives_the_digests_of_its_standard() {
    let Some(vectors) = vectors("standard-vectors.json") else { return };
    let all = vectors["sm3"].as_array().unwrap();
    assert_eq!(all.len(), 2);
    for vector in all {
        let digest = Hash::sm3(vector["msg_utf8"].as_str().unwrap().as_bytes());
        assert_eq!(digest.to_string(), vector["digest"].as_str().unwrap());
    }
}

#[test]
fn sm3_gives_the_keyed_digests_of_wycheproof() {
    let Some(vectors) = vectors("wycheproof_hmac_sm3_test.json") else { return };
    let (mut n_valid, mut n_invalid) = (0, 0);
    for group in vectors["testGroups"].as_array().unwrap() {
        let n_bytes = group["tagSize"].as_u64().unwrap() as usize / 8;
        for vector in group["tests"].as_array().unwrap() {
            let tag = hmac(&bytes(&vector["key"]), &bytes(&vector["msg"]));
            let is_equal = tag.0[..n_bytes] == bytes(&vector["tag"]);
            assert_eq!(is_equal, vector["result"] == "valid", "{}", vector["tcId"]);
            if is_equal { n_valid += 1 } else { n_invalid += 1 }
        }
    }
    assert_eq!(n_valid + n_invalid, vectors["numberOfTests"].as_u64().unwrap());
    assert!(n_valid > 0 && n_invalid > 0);
}

/// HMAC (RFC 2104) with blocks of 64 bytes.
fn hmac(key: &[u8], message: &[u8]) -> Hash {
    let mut block = [0; 64];
    if key.len() > 64 {
        block[..32].copy_from_slice(&Hash::sm3(key).0);
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Hash::sm3(&[block.map(|byte| byte ^ 0x36).as_slice(), message].concat());
    Hash::sm3(&[block.map(|byte| byte ^ 0x5c).as_slice(), &inner.0].concat())
}

#[test]
fn the_signature_of_the_sm2_standard_holds_and_none_beside_it() {
    let Some(vectors) = vectors("standard-vectors.json") else { return };
    let vector = &vectors["sm2_sign"];
    let message = vector["msg_utf8"].as_str().unwrap().as_bytes();
    let identity = vector["id"].as_str().unwrap();
    assert_eq!(identity, ledger::key::IDENTITY);
    let raw = [bytes(&vector["r"]), bytes(&vector["s"])].concat();
    let signature = Signature::from_slice(&raw).unwrap();
    let key = VerifyingKey::from_sec1_bytes(identity, &bytes(&vector["public"])).unwrap();
    assert!(key.verify(message, &signature).is_ok());
    assert!(key.verify(b"message digesT", &signature).is_err());
    let other = VerifyingKey::from_sec1_bytes("1234567812345679", &bytes(&vector["public"])).unwrap();
    assert!(other.verify(message, &signature).is_err());
    for bit in 0..512 {
        let mut flipped = raw.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let holds =
            Signature::from_slice(&flipped).is_ok_and(|flipped| key.verify(message, &flipped).is_ok());
        assert!(!holds, "bit {bit}");
    }
}

#[test]
fn a_key_of_the_standard_signs_what_its_public_half_verifies() {
    let Some(vectors) = vectors("standard-vectors.json") else { return };
    let vector = &vectors["sm2_sign"];
    let secret = bytes(&vector["private"]).try_into().unwrap();
    let key = SigningKey::from_secret("annex.example".parse().unwrap(), Role::Log, &secret).unwrap();
    let public =
        PublicKey::new("annex.example".parse().unwrap(), Role::Log, &bytes(&vector["public"])).unwrap();
    assert_eq!(*key.public(), public);
    // The signature of the standard itself, as the ASN.1 that stands in a note.
    let raw = Signature::from_slice(&[bytes(&vector["r"]), bytes(&vector["s"])].concat()).unwrap();
    let mut note = Note::new("message\n".to_owned()).unwrap();
    key.sign(&mut note);
    assert!(public.verify(&note).unwrap().is_some());
    let wrong = NoteSignature { bytes: raw.to_der().as_bytes().to_vec(), ..note.signatures()[0].clone() };
    note.add(wrong);
    assert!(public.verify(&note).is_err());
}

#[test]
fn signing_is_deterministic_and_keys_survive_their_files() {
    let key = crate::key("log.example", Role::Log, 9);
    let again = SigningKey::from_pkcs8_pem("log.example".parse().unwrap(), Role::Log, &key.to_pkcs8_pem());
    let mut notes = [key.clone(), again.unwrap()].map(|key| {
        let mut note = Note::new("text\n".to_owned()).unwrap();
        key.sign(&mut note);
        note.to_string()
    });
    notes.sort();
    assert_eq!(notes[0], notes[1]);
    let public = PublicKey::from_pem("log.example".parse().unwrap(), Role::Log, &key.public().to_pem());
    assert_eq!(public.unwrap(), *key.public());
    assert!(!format!("{key:?}").contains("0909"));
    let raw = sm2::dsa::SigningKey::from_slice(ledger::key::IDENTITY, &[9; 32]).unwrap();
    let signature: Signature = raw.sign(b"text\n");
    assert!(notes[0].len() > signature.to_der().as_bytes().len());
}
