//! Bundles: what was written verifies, and nothing else does.

use std::io::{self, Cursor, Read};
use std::process::Command;

use ledger::bundle::{
    Contents, Element, FileEntry, Opening, Record, Report, Unchecked, Verdict, WriteError, verify, write,
};
use ledger::checkpoint::{Checkpoint, Trust};
use ledger::commitment::{Commitment, Salt};
use ledger::key::{Role, SigningKey};
use ledger::merkle::{CompactRange, NodeId, inclusion_plan};
use ledger::note::Note;
use ledger::{Hash, Sm3, TreeHash};
use proptest::prelude::*;

const ORIGIN: &str = "yongcheng.example.gov.cn/guiju";
const MATTER: &str = "豫永交执立〔2022〕15号";

fn log_key() -> SigningKey {
    crate::key(ORIGIN, Role::Log, 1)
}

fn witness_key() -> SigningKey {
    crate::key("justice.example.gov.cn", Role::Witness, 2)
}

fn trust() -> Trust {
    Trust {
        logs: vec![log_key().public().clone()],
        witnesses: vec![witness_key().public().clone()],
        quorum: 1,
    }
}

/// A matter with three records among others in a log, two opened values, two files inside and one outside.
struct Matter {
    checkpoint: Note,
    records: Vec<Record>,
    openings: Vec<Opening>,
    files: Vec<FileEntry>,
    contents: Vec<Vec<u8>>,
    leaves: Vec<Hash>,
}

impl Matter {
    /// `file_bytes`: how long the files are; `n_others`: how many records of other matters the log has.
    fn new(file_bytes: usize, n_others: u64) -> Matter {
        let mut noise = crate::Noise(5);
        let contents: Vec<Vec<u8>> =
            (0..3).map(|_| (0..file_bytes).map(|_| noise.next() as u8).collect()).collect();
        let titles = ["询问笔录.pdf", "../../现场 照片?.jpg", "执法记录仪.mp4"];
        let files: Vec<FileEntry> = (0..3)
            .map(|at| FileEntry {
                title: titles[at].to_owned(),
                media: "application/octet-stream".to_owned(),
                record: 2,
                context: format!("evidence.{at}"),
                salt: Salt([20 + at as u8; 32]),
                bytes: contents[at].len() as u64,
                sm3: Hash::sm3(&contents[at]),
                included: at < 2,
            })
            .collect();
        let opening = |record: u64, context: &str, salt: u8, value: &str| Opening {
            record,
            context: context.to_owned(),
            salt: Salt([salt; 32]),
            value: value.to_owned(),
        };
        let openings =
            vec![opening(1, "party.name", 10, "张三"), opening(3, "reasons", 11, "违法事实\n清楚")];
        let closed = Commitment::new("party.phone", &Salt([12; 32]), b"138");
        let lines = [
            format!(r#"{{"seq":1,"party":{{"name":"{}","phone":"{closed}"}}}}"#, openings[0].commitment()),
            format!(
                r#"{{"seq":2,"evidence":["{}","{}","{}"]}}"#,
                files[0].commitment(),
                files[1].commitment(),
                files[2].commitment()
            ),
            format!(r#"{{"seq":3,"reasons":"{}"}}"#, openings[1].commitment()),
        ];
        let mut leaves: Vec<Hash> = (0..n_others).map(|other| Sm3::leaf(&other.to_be_bytes())).collect();
        let mut places = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let place = leaves.len() * (at + 1) / 4;
            leaves.insert(place, Sm3::leaf(line.as_bytes()));
            places.push(place as u64);
        }
        let size = leaves.len() as u64;
        let root = root(&leaves);
        let node = |id: NodeId| {
            let first = (id.index << id.level) as usize;
            Ok::<Hash, std::convert::Infallible>(self::root(&leaves[first..first + (1 << id.level)]))
        };
        let record = |(line, index): (&String, &u64)| Record {
            index: *index,
            line: line.clone().into_bytes(),
            path: inclusion_plan(*index, size).unwrap().proof::<Sm3, _>(node).unwrap(),
        };
        let records = lines.iter().zip(&places).map(record).collect();
        let mut checkpoint = Checkpoint::new(ORIGIN.to_owned(), size, root).sign(&log_key()).unwrap();
        witness_key().cosign(&mut checkpoint, 1_700_000_000);
        Matter { checkpoint, records, openings, files, contents, leaves }
    }

    fn contents(&self) -> Contents<'_> {
        Contents {
            matter: MATTER,
            issued: "2022-05-30T10:00:00+08:00",
            lawbook: Some(Hash::sm3(b"lawbook")),
            checkpoint: &self.checkpoint,
            records: &self.records,
            openings: &self.openings,
            files: &self.files,
        }
    }

    fn write(&self, signer: Option<&SigningKey>) -> Result<Vec<u8>, WriteError> {
        let mut out = Cursor::new(Vec::new());
        write(&mut out, &self.contents(), signer, |file| {
            let at = self.files.iter().position(|known| known.context == file.context).unwrap();
            Ok(Box::new(Cursor::new(self.contents[at].clone())) as Box<dyn Read>)
        })?;
        Ok(out.into_inner())
    }
}

fn root(leaves: &[Hash]) -> Hash {
    let mut range = CompactRange::<Sm3>::new();
    leaves.iter().for_each(|leaf| range.push(*leaf));
    range.root()
}

fn check(bytes: &[u8]) -> Report {
    verify(bytes, &trust()).unwrap()
}

#[test]
fn a_bundle_verifies_and_says_what_it_did_not_check() {
    let matter = Matter::new(1000, 40);
    let report = check(&matter.write(Some(&log_key())).unwrap());
    assert_eq!((report.verdict, report.wrong.as_slice()), (Verdict::Proved, &[][..]));
    assert_eq!((report.records, report.openings, report.files), (3, 2, 2));
    assert_eq!(report.matter.as_deref(), Some(MATTER));
    assert_eq!((report.signer.as_deref(), report.issuer.as_deref()), (Some(ORIGIN), Some(ORIGIN)));
    assert_eq!(report.cosignatures.len(), 1);
    let expected = [
        Unchecked::Unopened(1),
        Unchecked::FilesElsewhere(1),
        Unchecked::Later { size: 43 },
        Unchecked::Lawbook(Hash::sm3(b"lawbook")),
        Unchecked::Meaning,
    ];
    assert_eq!(report.unchecked, expected);
    let words = report.to_string();
    for line in [
        "核对通过：豫永交执立〔2022〕15号\n",
        "  ✓ 3 条记录与账本逐字节相符\n",
        "  ✓ 2 个文件与记录中的承诺值相符\n",
        "  ✓ 检查点（共 43 条记录）由 yongcheng.example.gov.cn/guiju 签名\n",
        "  · 未核对：1 个未随卷的文件\n",
    ] {
        assert!(words.contains(line), "{words}");
    }
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!((json["verdict"].as_str(), json["records"].as_u64()), (Some("proved"), Some(3)));
}

#[test]
fn without_a_key_nothing_is_proved_and_without_a_signed_manifest_nothing_is_complete() {
    let bytes = Matter::new(10, 5).write(None).unwrap();
    let report = verify(bytes.as_slice(), &Trust::default()).unwrap();
    assert_eq!((report.verdict, report.records), (Verdict::Unproved, 3));
    assert!(report.unchecked.contains(&Unchecked::CheckpointSignature));
    assert!(report.unchecked.contains(&Unchecked::Completeness));
    assert!(report.to_string().starts_with("内容一致，但没有可信的签名"));
    // A stranger's key proves nothing either.
    let stranger = Trust::log(crate::key(ORIGIN, Role::Log, 9).public().clone());
    assert_eq!(verify(bytes.as_slice(), &stranger).unwrap().verdict, Verdict::Unproved);
    // Too few witnesses.
    let mut strict = trust();
    strict.quorum = 2;
    let report = verify(bytes.as_slice(), &strict).unwrap();
    assert_eq!(report.wrong[0].to_string(), "检查点 checkpoint：检查点只有 1 个见证签名，要求 2 个");
}

#[test]
fn every_flipped_byte_of_a_small_bundle_is_found() {
    let bytes = Matter::new(40, 3).write(Some(&log_key())).unwrap();
    let mut noise = crate::Noise(3);
    // Signatures are slow to check: what is found before or without them is found with an empty trust too.
    let trusts = [Trust::default(), trust()];
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << noise.below(8);
        let trust = &trusts[usize::from(at % 16 == 0)];
        let report = verify(flipped.as_slice(), trust).unwrap();
        assert_eq!(report.verdict, Verdict::Wrong, "byte {at} of {}", bytes.len());
        let mut gone = bytes.clone();
        gone[at] = !gone[at];
        assert_eq!(verify(gone.as_slice(), &trusts[0]).unwrap().verdict, Verdict::Wrong, "byte {at}");
    }
}

#[test]
fn random_flipped_bits_of_a_bigger_bundle_are_found() {
    let bytes = Matter::new(200_000, 3000).write(Some(&log_key())).unwrap();
    let mut noise = crate::Noise(4);
    for _ in 0..150 {
        let at = noise.below(bytes.len() as u64) as usize;
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << noise.below(8);
        let report = verify(flipped.as_slice(), &Trust::default()).unwrap();
        assert_eq!(report.verdict, Verdict::Wrong, "byte {at}");
    }
}

#[test]
fn a_bundle_cut_off_or_continued_is_found() {
    let bytes = Matter::new(40, 3).write(None).unwrap();
    for end in (0..bytes.len()).step_by(7).chain([bytes.len() - 1]) {
        assert_eq!(verify(&bytes[..end], &Trust::default()).unwrap().verdict, Verdict::Wrong, "cut at {end}");
    }
    let report = check(&[bytes.as_slice(), b"\0"].concat());
    assert_eq!(report.wrong[0].to_string(), "压缩包：压缩包末尾之后还有内容");
}

/// Replaces a text in a member and puts right what anyone can put right: checksums, directory, manifest.
fn forge(bytes: &[u8], name: &str, from: &str, to: &str) -> Vec<u8> {
    let mut members = unzip(bytes);
    let text = members.iter_mut().find(|(known, _)| known == name).map(|(_, text)| text).unwrap();
    let forged = String::from_utf8(text.clone()).unwrap().replacen(from, to, 1).into_bytes();
    assert_ne!(*text, forged, "`{from}` does not stand in {name}");
    let digests = (Hash::sm3(text).to_string(), Hash::sm3(&forged).to_string());
    let lengths = (format!("\"bytes\": {},", text.len()), format!("\"bytes\": {},", forged.len()));
    *text = forged;
    if name != "manifest.json" {
        let manifest = &mut members.iter_mut().find(|(name, _)| name == "manifest.json").unwrap().1;
        let json = String::from_utf8(manifest.clone()).unwrap();
        *manifest = json.replace(&digests.0, &digests.1).replace(&lengths.0, &lengths.1).into_bytes();
    }
    zip_as_we_do(&members)
}

fn unzip(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut member = archive.by_index(at).unwrap();
            let mut contents = Vec::new();
            member.read_to_end(&mut contents).unwrap();
            (member.name().unwrap().into_owned(), contents)
        })
        .collect()
}

/// An archive in the one way ours are written, by other code than ours.
fn zip_as_we_do(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, contents) in members {
        let offset = out.len() as u32;
        let mut common = vec![20, 0, 0, 8, 0, 0, 0, 0, 33, 0];
        common.extend(crc32fast::hash(contents).to_le_bytes());
        common.extend((contents.len() as u32).to_le_bytes());
        common.extend((contents.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(contents);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (offset, length, number) = (out.len() as u32, directory.len() as u32, members.len() as u16);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([number.to_le_bytes(), number.to_le_bytes()].concat());
    out.extend([length.to_le_bytes(), offset.to_le_bytes()].concat());
    out.extend([0, 0]);
    out
}

#[test]
fn a_forger_who_puts_the_checksums_right_is_found_and_the_place_is_named() {
    let matter = Matter::new(40, 12);
    let bytes = matter.write(None).unwrap();
    assert_eq!(zip_as_we_do(&unzip(&bytes)), bytes);
    let path = |record: usize| matter.records[record].path[1].to_string();
    let leaf = matter.leaves[matter.records[1].index as usize].to_string();
    let salt = matter.openings[1].salt.to_string();
    let file_salt = matter.files[1].salt.to_string();
    let cases: &[(&str, &str, &str, &str)] = &[
        ("records.jsonl", "\"seq\":2", "\"seq\":7", "第 2 条记录（日志序号 6）：内容与账本不符"),
        (
            "proofs.jsonl",
            &path(2),
            &Hash::sm3(b"").to_string(),
            "第 3 条记录的包含证明：由证明得不出检查点的树根",
        ),
        (
            "proofs.jsonl",
            &leaf,
            &Hash::sm3(b"").to_string(),
            "第 2 条记录的包含证明：由证明得不出检查点的树根",
        ),
        ("proofs.jsonl", "\"index\":6", "\"index\":8", "第 2 条记录的包含证明：由证明得不出检查点的树根"),
        ("proofs.jsonl", "\"index\":6", "\"index\":2", "第 2 条记录的包含证明：日志序号 2 不大于前一条"),
        (
            "openings.jsonl",
            "张三",
            "李四",
            "第 1 项公开的内容（第 1 条记录的 party.name）：记录中没有这样的承诺值",
        ),
        (
            "openings.jsonl",
            &salt,
            &"0".repeat(64),
            "第 2 项公开的内容（第 3 条记录的 reasons）：记录中没有这样的承诺值",
        ),
        (
            "openings.jsonl",
            "\"record\":3",
            "\"record\":2",
            "第 2 项公开的内容（第 2 条记录的 reasons）：记录中没有这样的承诺值",
        ),
        (
            "manifest.json",
            &file_salt,
            &"0".repeat(64),
            "第 2 个文件 ../../现场 照片?.jpg：记录中没有这样的承诺值",
        ),
        ("manifest.json", "\"records\": 3", "\"records\": 4", "proofs.jsonl：有 3 行，目录所列为 4 行"),
        (
            "manifest.json",
            "\"openings\": 2",
            "\"openings\": 1",
            "openings.jsonl：第 2 行不是本格式的公开内容，或多于目录所列",
        ),
        (
            "manifest.json",
            "guiju-bundle/v1",
            "guiju-bundle/v2",
            "目录 manifest.json：格式 `guiju-bundle/v2` 不是 guiju-bundle/v1",
        ),
        ("README.txt", "核对", "不必核对", "README.txt：有 "),
    ];
    for (name, from, to, expected) in cases {
        let report = check(&forge(&bytes, name, from, to));
        assert_eq!(report.verdict, Verdict::Wrong, "{name}: {from}");
        let found = report.wrong[0].to_string();
        assert!(found.starts_with(expected), "{name}: {from}: {found}");
    }
    // A file exchanged for another, with its digest in the manifest.
    let mut members = unzip(&bytes);
    let last = members.last_mut().unwrap();
    let (before, after) = (Hash::sm3(&last.1).to_string(), Hash::sm3(&[b'x'; 40]).to_string());
    last.1 = vec![b'x'; 40];
    let report = check(&zip_as_we_do(&members));
    assert_eq!(report.wrong[0].to_string(), "第 2 个文件 ../../现场 照片?.jpg：内容与目录所列的 SM3 值不符");
    let json = String::from_utf8(members[1].1.clone()).unwrap();
    members[1].1 = json.replace(&before, &after).into_bytes();
    let report = check(&zip_as_we_do(&members));
    assert_eq!(report.wrong[0].to_string(), "第 2 个文件 ../../现场 照片?.jpg：记录中没有这样的承诺值");
    // What the records do not prove is still found where the manifest is signed.
    let signed = matter.write(Some(&log_key())).unwrap();
    let report = check(&forge(&signed, "manifest.json", MATTER, "豫永交执立〔2022〕16号"));
    assert_eq!(report.wrong[0].to_string(), "目录签名 manifest.note：所签的不是这份目录");
}

#[test]
fn a_record_left_out_is_found_where_the_manifest_is_signed() {
    let whole = Matter::new(10, 9);
    let mut less = Matter::new(10, 9);
    less.records.pop();
    less.openings.pop();
    let bytes = less.write(None).unwrap();
    assert!(check(&bytes).unchecked.contains(&Unchecked::Completeness), "it may be incomplete, and says so");
    let stolen = unzip(&whole.write(Some(&log_key())).unwrap()).remove(2);
    assert_eq!(stolen.0, "manifest.note");
    let mut members = unzip(&bytes);
    let json = String::from_utf8(members[1].1.clone()).unwrap();
    members[1].1 = json.replace("\"signed\": false", "\"signed\": true").into_bytes();
    members.insert(2, stolen);
    let report = check(&zip_as_we_do(&members));
    assert_eq!(report.wrong[0].element, Element::ManifestSignature);
}

#[test]
fn hostile_archives_get_an_answer() {
    let bytes = Matter::new(40, 3).write(None).unwrap();
    let members = unzip(&bytes);
    let wrong = |bytes: &[u8]| check(bytes).wrong[0].to_string();
    assert_eq!(wrong(b""), "README.txt：文件在此截断");
    assert_eq!(wrong(&[0; 4096]), "README.txt：此处应为 README.txt");
    // A name that leads out of the folder is not the one that must come.
    let mut astray = members.clone();
    astray[1].0 = "../../etc/cron.d/x".to_owned();
    assert_eq!(wrong(&zip_as_we_do(&astray)), "manifest.json：此处应为 manifest.json");
    let mut more = members.clone();
    more.push(("更多".to_owned(), vec![]));
    assert_eq!(wrong(&zip_as_we_do(&more)), "压缩包：压缩包的目录区与内容不符");
    // A member that claims to be huge, compressed, or in another place.
    let at = 30 + 10 + members[0].1.len();
    for (offset, patch) in [(22, [0xff; 4]), (18, [0xff; 4]), (8, [8, 0, 0, 0])] {
        let mut patched = bytes.clone();
        patched[at + offset..at + offset + 4].copy_from_slice(&patch);
        assert_eq!(wrong(&patched), "manifest.json：此处应为 manifest.json", "{offset}");
    }
    let mut patched = bytes.clone();
    patched[at + 18..at + 26].copy_from_slice(&[0xf0; 8]);
    assert_eq!(wrong(&patched), "manifest.json：有 4042322160 字节，超过上限 16777216 字节");
    // Giant numbers in the manifest.
    let cases = [
        ("\"records\": 3", "\"records\": 100001", "目录 manifest.json：记录数 100001 超过上限 100000"),
        (
            "\"records\": 3",
            "\"records\": 18446744073709551615",
            "目录 manifest.json：记录数 18446744073709551615 超过上限 100000",
        ),
        ("\"records\": 3", "\"records\": 0", "目录 manifest.json：没有记录"),
        (
            "\"openings\": 2",
            "\"openings\": 100001",
            "目录 manifest.json：公开的承诺值 100001 超过上限 100000",
        ),
        ("\"record\": 2", "\"record\": 4", "目录 manifest.json：第 1 个文件所属的记录不存在"),
        ("\"records\": 3", "\"records\": -1", "目录 manifest.json：不是本格式的目录"),
        ("\"records\": 3", "\"records\":  3", "目录 manifest.json：不是本格式的目录"),
        ("{", "{\n  \"more\": 1,", "目录 manifest.json：不是本格式的目录"),
        ("{", &"[".repeat(100_000), "目录 manifest.json：不是本格式的目录"),
    ];
    for (from, to, expected) in cases {
        assert_eq!(wrong(&forge(&bytes, "manifest.json", from, to)), expected);
    }
    // Lines without end, empty lines, no newline.
    let long = format!("\"seq\":2{}", " ".repeat(70_000));
    for (from, to, expected) in [
        ("\"seq\":2", long.as_str(), "records.jsonl：第 2 行：一行超过 65536 字节"),
        ("\n", "\n\n", "records.jsonl：第 2 行：空行"),
        ("]}\n", "]}", "第 2 条记录（日志序号 2）：内容与账本不符"),
    ] {
        assert_eq!(wrong(&forge(&bytes, "records.jsonl", from, to)), expected);
    }
}

#[test]
fn names_of_files_stay_in_their_folder() {
    let matter = Matter::new(1, 1);
    let file = |title: &str| FileEntry { title: title.to_owned(), ..matter.files[0].clone() };
    for (title, expected) in [
        ("询问笔录.pdf", "files/0001-询问笔录.pdf"),
        ("../../etc/passwd", "files/0001-.._.._etc_passwd"),
        ("C:\\con\0.exe. .", "files/0001-C__con_.exe._"),
        ("\u{202e}fdp.exe", "files/0001-_fdp.exe"),
        ("", "files/0001-"),
    ] {
        assert_eq!(file(title).member_name(1), expected);
    }
    assert!(file(&format!("{}.pdf", "长".repeat(500))).member_name(1).ends_with("长.pdf"));
}

#[test]
fn what_would_not_verify_is_not_written() {
    let check = |change: &dyn Fn(&mut Matter), expected: &str| {
        let mut matter = Matter::new(10, 9);
        change(&mut matter);
        assert_eq!(matter.write(None).unwrap_err().to_string(), expected);
    };
    check(&|matter| matter.records[1].line[0] = b'[', "第 2 条记录的包含证明不成立");
    check(&|matter| matter.records[1].line.push(b'\n'), "第 2 条记录的包含证明不成立");
    check(&|matter| matter.records.swap(0, 2), "第 1 条记录中没有 party.name 的承诺值");
    check(&|matter| matter.openings[0].value.push('。'), "第 1 条记录中没有 party.name 的承诺值");
    check(&|matter| matter.openings[0].record = 0, "第 0 条记录中没有 party.name 的承诺值");
    check(&|matter| matter.files[2].salt = Salt([0; 32]), "第 2 条记录中没有 evidence.2 的承诺值");
    check(&|matter| matter.contents[1].push(0), "文件 ../../现场 照片?.jpg 的内容与其 SM3 值或长度不符");
    check(
        &|matter| {
            matter.records.clear();
            matter.openings.clear();
            matter.files.clear();
        },
        "没有记录",
    );
    let matter = Matter::new(10, 9);
    let mut out = Cursor::new(Vec::new());
    let failed = write(&mut out, &matter.contents(), None, |_| Err(io::ErrorKind::NotFound.into()));
    assert_eq!(failed.unwrap_err().to_string(), "读取文件 询问笔录.pdf 失败");
}

/// After value and salt are gone, the record is still the leaf it was, and nobody can open it by guessing.
#[test]
fn an_erased_value_leaves_the_record_verifying() {
    let mut matter = Matter::new(10, 9);
    let erased = matter.openings.remove(0);
    let report = check(&matter.write(None).unwrap());
    assert_eq!((report.verdict, report.records, report.openings), (Verdict::Proved, 3, 1));
    assert!(report.unchecked.contains(&Unchecked::Unopened(2)));
    let guess = Commitment::new(&erased.context, &Salt([0; 32]), erased.value.as_bytes());
    assert!(!Commitment::find_in(&matter.records[0].line).any(|found| found == guess));
}

#[test]
fn ordinary_programs_open_a_bundle() {
    let matter = Matter::new(1000, 5);
    let bytes = matter.write(Some(&log_key())).unwrap();
    let names: Vec<String> = unzip(&bytes).into_iter().map(|(name, _)| name).collect();
    let expected = [
        "README.txt",
        "manifest.json",
        "manifest.note",
        "checkpoint",
        "proofs.jsonl",
        "openings.jsonl",
        "records.jsonl",
        "files/0001-询问笔录.pdf",
        "files/0002-.._.._现场_照片_.jpg",
    ];
    assert_eq!(names, expected);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bundle.zip");
    std::fs::write(&file, &bytes).unwrap();
    let python = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(len(z.namelist()))";
    match Command::new("python3").args(["-c", python]).arg(&file).output() {
        Ok(run) => assert_eq!(String::from_utf8_lossy(&run.stdout).trim(), "9"),
        Err(_) => println!("skipped: python3 not there"),
    }
}

/// What the README of a bundle tells people to do gives what it says.
#[test]
fn openssl_verifies_what_was_signed() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, contents: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, contents).unwrap();
        path
    };
    let note = Matter::new(10, 5).checkpoint;
    let [log, witness] = note.signatures() else { panic!("log and witness") };
    let cosigned = format!("cosignature/v1\ntime 1700000000\n{}", note.text());
    for (key, signature, text) in [
        (log_key(), log.bytes.as_slice(), note.text()),
        (witness_key(), &witness.bytes[8..], cosigned.as_str()),
    ] {
        let key = file("key.pem", key.public().to_pem().as_bytes());
        let (signature, text) = (file("signature", signature), file("text", text.as_bytes()));
        let run = Command::new("openssl")
            .args(["dgst", "-sm3", "-sigopt", "distid:1234567812345678", "-verify"])
            .args([key.as_os_str(), "-signature".as_ref(), signature.as_os_str(), text.as_os_str()])
            .output();
        match run {
            Ok(run) => assert_eq!(String::from_utf8_lossy(&run.stdout).trim(), "Verified OK"),
            Err(_) => println!("skipped: openssl not there"),
        }
    }
}

proptest! {
    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..2000), at in any::<prop::sample::Index>()) {
        prop_assert_eq!(verify(bytes.as_slice(), &trust()).unwrap().verdict, Verdict::Wrong);
        thread_local!(static GOOD: Vec<u8> = Matter::new(40, 3).write(None).unwrap());
        GOOD.with(|good| {
            let at = at.index(good.len());
            let spliced = [&good[..at], &bytes, &good[at..]].concat();
            if !bytes.is_empty() {
                assert_eq!(verify(spliced.as_slice(), &Trust::default()).unwrap().verdict, Verdict::Wrong);
            }
        });
    }
}
