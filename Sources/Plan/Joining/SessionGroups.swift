import Traffic

/// The groups of parts of a recording that belong together. A group is identified by its earliest part.
struct SessionGroups {
    private let begins: [CaptureTime]
    private var groups: [Int]
    private var members: [[Int]]

    /// Starts with each part in its own group.
    ///
    /// - Parameter begins: when each part began.
    init(_ begins: [CaptureTime]) {
        self.begins = begins
        groups = Array(begins.indices)
        members = begins.indices.map { [$0] }
    }

    /// The earliest part of the group that `part` is in.
    func group(of part: Int) -> Int { groups[part] }

    /// The parts of the group whose earliest part is `group`.
    func members(of group: Int) -> [Int] { members[group] }

    /// Merges the groups of two parts.
    mutating func join(_ one: Int, _ other: Int) {
        let (one, other) = (groups[one], groups[other])
        guard one != other else { return }
        let isOrdered = (begins[one], one) <= (begins[other], other)
        let (first, second) = isOrdered ? (one, other) : (other, one)
        for part in members[second] { groups[part] = first }
        members[first] += members[second]
        members[second] = []
    }
}
