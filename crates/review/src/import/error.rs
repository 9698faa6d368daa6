//! What can be wrong with a log that is read in.

use std::sync::Arc;

use super::mapping::MappingError;
use super::place::At;

/// A problem of a file that was to be read in.
///
/// Messages are for officers. [`ImportError::is_recoverable`] tells whether reading can go on behind it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be opened or read.
    #[error("读取 {file} 时出错（已读 {byte} 字节）")]
    Io {
        /// The file.
        file: Arc<str>,
        /// Bytes of text obtained before.
        byte: u64,
        /// The fault of the operating system.
        source: std::io::Error,
    },
    /// The ending of the file name is none of those that can be read.
    #[error("{file} 的格式无法识别，可导入的格式为 .jsonl、.xes、.csv 及其 .gz 压缩文件")]
    UnknownFormat {
        /// The file.
        file: Arc<str>,
    },
    /// The name ends in `.gz`, the content is something else.
    #[error("{file} 不是 gzip 压缩文件，若未压缩请去掉文件名末尾的 .gz")]
    NotGzip {
        /// The file.
        file: Arc<str>,
    },
    /// A gzip stream ends early or its checksum is wrong.
    #[error("{at}：gzip 压缩数据不完整或已损坏（解压到第 {byte} 字节，{why}），{}；请重新取得文件", at.read)]
    BrokenGzip {
        /// Where the readable text ends.
        at: At,
        /// Bytes that could be decompressed.
        byte: u64,
        /// What the decompressor said.
        why: Arc<str>,
    },
    /// The XML is not well formed, or not a log.
    #[error("{at}：XML 有误，{fault}；{}", at.read)]
    BrokenXml {
        /// Where.
        at: At,
        /// What is wrong.
        fault: XmlFault,
    },
    /// A line or a value is longer than the limit.
    #[error("{at}：一行或一个属性值超过 {limit} 字节的上限，请检查是否缺少换行或引号")]
    TooLong {
        /// Where it begins.
        at: At,
        /// The limit in bytes.
        limit: usize,
    },
    /// The bytes are in none of the encodings that were tried.
    #[error("{at}：第 {byte} 字节处不能按 {tried} 解码，{}；请将文件另存为 UTF-8", at.read)]
    WrongEncoding {
        /// Where the readable text ends.
        at: At,
        /// Offset of the bad bytes in the decompressed file.
        byte: u64,
        /// The encodings that were tried.
        tried: Arc<str>,
    },
    /// Bytes of a line that are in none of the encodings that were tried. The line is left out.
    #[error("{at}：第 {byte} 字节处不能按 {tried} 解码，这一行未导入；请将文件另存为 UTF-8")]
    BadBytes {
        /// Where they stand.
        at: At,
        /// Their offset in the decompressed file.
        byte: u64,
        /// The encodings that were tried.
        tried: Arc<str>,
    },
    /// The prolog or the mapping names an encoding that is not known.
    #[error("{file} 声明的编码 `{given}` 无法识别，可用 utf-8、gb18030、gbk、utf-16 等")]
    UnknownEncoding {
        /// The file.
        file: Arc<str>,
        /// The name given.
        given: Arc<str>,
    },
    /// An activity that the mapping does not name. Reported once for each name.
    #[error("{at}：环节 `{given}` 在映射文件中没有对应的行为{}", nearest_hint(nearest.as_deref()))]
    UnknownActivity {
        /// Its first place.
        at: At,
        /// The activity in the file.
        given: Arc<str>,
        /// The activity of the mapping most like it.
        nearest: Option<Arc<str>>,
    },
    /// More different activities than a log of procedures can have.
    #[error("{at}：不同的环节名称超过 {limit} 个，请检查环节一列是否选错；{}", at.read)]
    TooManyActivities {
        /// Where the limit was passed.
        at: At,
        /// The limit.
        limit: usize,
    },
    /// A time that cannot be read.
    #[error("{at}：时间 `{given}` 无法识别，请写成 2022-03-18 或 2022-03-18T10:20:00+08:00")]
    BadTime {
        /// Where.
        at: At,
        /// The time as written.
        given: Arc<str>,
    },
    /// A value that is not of the type the mapping gives it. The event is delivered without it.
    #[error("{at}：属性 `{key}` 的值 `{given}` 不是{expected}")]
    BadValue {
        /// Where.
        at: At,
        /// The attribute or column.
        key: Arc<str>,
        /// The value as written.
        given: Arc<str>,
        /// What was expected.
        expected: &'static str,
    },
    /// A trace or row without the id of its matter.
    #[error("{at}：没有案号（`{key}`），其下各环节未导入")]
    MissingCase {
        /// Where.
        at: At,
        /// The attribute or column in which it was looked for.
        key: Arc<str>,
    },
    /// An event without a time.
    #[error("{at}：案件 `{case}` 的环节没有时间（`{key}`）")]
    MissingTime {
        /// Where.
        at: At,
        /// The matter.
        case: Arc<str>,
        /// The attribute or column in which it was looked for.
        key: Arc<str>,
    },
    /// An event without an activity.
    #[error("{at}：案件 `{case}` 的环节没有名称（`{key}`）")]
    MissingActivity {
        /// Where.
        at: At,
        /// The matter.
        case: Arc<str>,
        /// The attribute or column in which it was looked for.
        key: Arc<str>,
    },
    /// Two columns of a CSV file have the same name; the first one counts.
    #[error("{at}：列名 `{column}` 重复，请改名后再导入")]
    DuplicateColumn {
        /// Where the second one stands.
        at: At,
        /// The name.
        column: Arc<str>,
    },
    /// A CSV file lacks a column that is needed.
    #[error("{at}：找不到{role}列（{looked_for}），表头为：{header}；请在映射文件中指明")]
    MissingColumn {
        /// Where the header stands.
        at: At,
        /// What the column is for.
        role: &'static str,
        /// The names that were tried.
        looked_for: Arc<str>,
        /// The columns there are.
        header: Arc<str>,
    },
    /// A CSV row has more or fewer fields than the header.
    #[error("{at}：这一行有 {found} 列，表头有 {expected} 列")]
    UnevenRow {
        /// Where.
        at: At,
        /// Columns of the header.
        expected: usize,
        /// Fields of the row.
        found: usize,
    },
    /// A quoted CSV field goes on behind its closing quote.
    #[error("{at}：引号之后还有文字，字段内的引号应写成两个")]
    MisplacedQuote {
        /// Where the row begins.
        at: At,
    },
    /// A quoted CSV field is not closed before the file ends.
    #[error("{at}：从这里开始的引号直到文件末尾没有闭合，{}", at.read)]
    UnclosedQuote {
        /// Where the quote opens.
        at: At,
    },
    /// The mapping file has errors.
    #[error(transparent)]
    Mapping(#[from] MappingError),
}

impl ImportError {
    /// Whether reading can go on behind the problem.
    pub fn is_recoverable(&self) -> bool {
        use ImportError as E;
        match self {
            E::TooLong { .. }
            | E::BadBytes { .. }
            | E::UnknownActivity { .. }
            | E::BadTime { .. }
            | E::BadValue { .. }
            | E::MissingCase { .. }
            | E::MissingTime { .. }
            | E::MissingActivity { .. }
            | E::DuplicateColumn { .. }
            | E::UnevenRow { .. }
            | E::MisplacedQuote { .. } => true,
            E::Io { .. }
            | E::UnknownFormat { .. }
            | E::NotGzip { .. }
            | E::BrokenGzip { .. }
            | E::BrokenXml { .. }
            | E::WrongEncoding { .. }
            | E::UnknownEncoding { .. }
            | E::TooManyActivities { .. }
            | E::MissingColumn { .. }
            | E::UnclosedQuote { .. }
            | E::Mapping(_) => false,
        }
    }

    /// The place, where the problem has one in the file that was read.
    pub fn at(&self) -> Option<&At> {
        use ImportError as E;
        match self {
            E::BrokenGzip { at, .. }
            | E::BrokenXml { at, .. }
            | E::TooLong { at, .. }
            | E::WrongEncoding { at, .. }
            | E::BadBytes { at, .. }
            | E::UnknownActivity { at, .. }
            | E::TooManyActivities { at, .. }
            | E::BadTime { at, .. }
            | E::BadValue { at, .. }
            | E::MissingCase { at, .. }
            | E::MissingTime { at, .. }
            | E::MissingActivity { at, .. }
            | E::DuplicateColumn { at, .. }
            | E::MissingColumn { at, .. }
            | E::UnevenRow { at, .. }
            | E::MisplacedQuote { at }
            | E::UnclosedQuote { at } => Some(at),
            E::Io { .. }
            | E::UnknownFormat { .. }
            | E::NotGzip { .. }
            | E::UnknownEncoding { .. }
            | E::Mapping(_) => None,
        }
    }
}

fn nearest_hint(nearest: Option<&str>) -> String {
    match nearest {
        Some(name) => format!("，映射文件中相近的是 `{name}`"),
        None => "，请在 [activities] 中补上，或写 unknown-activities = \"skip\"".to_owned(),
    }
}

/// What is wrong with an XML text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlFault {
    /// A tag is not written as a tag.
    #[error("标签书写有误（{0}）")]
    Tag(&'static str),
    /// An end tag does not belong to the element that is open.
    #[error("结束标签 </{found}> 与打开的 <{open}> 不对应")]
    Mismatch {
        /// The element that is open.
        open: Arc<str>,
        /// The end tag found.
        found: Arc<str>,
    },
    /// An end tag although nothing is open.
    #[error("多出结束标签 </{0}>")]
    NothingOpen(Arc<str>),
    /// The file ends inside an element.
    #[error("文件在 <{0}> 之内中断")]
    EndInside(Arc<str>),
    /// The file ends inside a tag or comment.
    #[error("文件在标签或注释中间中断")]
    EndInTag,
    /// There is no element at all.
    #[error("文件中没有 <log>")]
    NoLog,
    /// The outermost element is another one.
    #[error("最外层应为 <log>，实际为 <{0}>")]
    NotALog(Arc<str>),
    /// Text outside the outermost element.
    #[error("<log> 之外有文字")]
    OutsideLog,
    /// Something follows the outermost element.
    #[error("</log> 之后还有内容")]
    AfterLog,
    /// Elements are nested too deeply.
    #[error("元素嵌套超过 {0} 层")]
    TooDeep(usize),
    /// A character reference that is not known.
    #[error("字符引用无法识别：`{0}`")]
    Reference(Arc<str>),
    /// A document type with declarations of its own.
    #[error("不接受带内部声明的 DOCTYPE")]
    Doctype,
}
