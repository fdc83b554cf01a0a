/// The values that a session's requests send, by their hashes: its responses are searched for them.
struct WantedValues {
    /// The first request with each value, bindable or not.
    private(set) var firstRequests = HashTable<Int>()
    /// The first request with each number that is only a part of a longer text, such as a password or the name of a
    /// thing. A response that repeats the text repeats the number, but the same number as a whole value is another one.
    private var firstInTexts = HashTable<Int>()
    /// The lengths of the wanted values, in all their forms.
    private(set) var lengths = LengthFilter()
    /// Whether some of them are as short as numbers that are counts.
    private(set) var hasShortValues = false
    private var wanted = HashTable<Void>()
    /// The beginnings of the wanted values, in all their forms.
    private var beginnings: [UInt64] = []
    /// The first request with a long hexadecimal number, by the hash that all its forms have in common.
    private var forms = HashTable<Int>()

    /// Whether no values are wanted.
    var isEmpty: Bool { wanted.count == 0 }

    /// Quick checks for wanted values.
    struct Filters {
        /// By the value's own hash.
        var own: HashFilter
        /// By the hash that all its forms have in common.
        var forms: HashFilter
        /// By its beginning; the value has ``beginningCount`` bytes or more.
        var beginnings: HashFilter
    }

    /// Quick checks for the values wanted by now.
    var filters: Filters {
        Filters(
            own: HashFilter(wanted.keys), forms: HashFilter(forms.keys), beginnings: HashFilter(beginnings))
    }

    /// The number of bytes of a beginning.
    static let beginningCount = 8

    /// A hash of the first eight bytes of `text`, in which the letter case does not count; nil if it is shorter. A UUID
    /// has the same with and without hyphens.
    static func beginning(of text: UnsafeBufferPointer<UInt8>) -> UInt64? {
        guard text.count >= beginningCount else { return nil }
        let word = UnsafeRawBufferPointer(text).loadUnaligned(as: UInt64.self) | 0x2020_2020_2020_2020
        let mixed = word &* 0x9e37_79b9_7f4a_7c15
        return mixed ^ mixed >> 32
    }

    /// Whether the value with hash `hash` is wanted in this form.
    func isWanted(_ hash: UInt64) -> Bool { wanted[hash] != nil }

    /// The first request with a number in any of the forms with this common hash; nil if there is none.
    func firstRequest(ofForms commonHash: UInt64) -> Int? { forms[commonHash] }

    /// The first request with the value in a text, or as a whole: for a response that has it in a text.
    func firstRequest(inTextOrWhole hash: UInt64) -> Int? {
        guard let inText = firstInTexts[hash] else { return firstRequests[hash] }
        return min(inText, firstRequests[hash] ?? inText)
    }

    /// Notes that request `request` sends a number that is only a part of a longer text.
    mutating func noteInText(_ hash: UInt64, request: Int) { firstInTexts.insert(request, for: hash) }

    /// Notes that request `request` sends a value. Requests come in order, and the first one with a value is kept.
    ///
    /// - Parameters:
    ///   - commonHash: the hash by ``Writing/commonHash(_:_:isUUID:)``; nil if the value has no other forms
    ///   - beginning: the hash by ``beginning(of:)``
    ///   - count: the length of the value.
    mutating func note(_ hash: UInt64, commonHash: UInt64?, beginning: UInt64?, count: Int, request: Int) {
        firstRequests.insert(request, for: hash)
        guard let commonHash else { return }
        forms.insert(request, for: commonHash)
        if let beginning { beginnings.append(beginning) }
        if let other = Writing.otherCount(of: count) { lengths.insert(other) }
    }

    /// Adds the value with hash `hash`, length `count`, and a beginning by ``beginning(of:)``.
    mutating func want(_ hash: UInt64, beginning: UInt64?, count: Int) {
        wanted.insert((), for: hash)
        if let beginning { beginnings.append(beginning) }
        lengths.insert(count)
    }

    /// Adds short numbers.
    mutating func noteShortValue() { hasShortValues = true }
}
