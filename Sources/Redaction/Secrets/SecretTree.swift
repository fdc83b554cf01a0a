/// Finds the forms of secrets that a text contains: a radix tree for each eight-byte prefix of a form.
///
/// Tokens of one issuer begin with the same bytes and differ after dozens of them. A search follows the text as far as
/// some form matches, so its cost does not depend on the number of forms. Nodes refer to ranges of the forms, which the
/// owner of the tree stores.
struct SecretTree {
    private struct Node {
        /// The form whose bytes from the parent's end to `end` are this node's.
        var form: Int32
        /// Bytes of the form up to here, including those of the parents.
        var end: Int32
        /// The form that ends here; −1 when there is none.
        var ending: Int32 = -1
        var firstChild: Int32 = -1
        /// The next child of the same parent; −1 at the end.
        var sibling: Int32 = -1
    }

    private var nodes: [Node] = []
    private var roots: [UInt64: Int32] = [:]
    private static let startBytes = MemoryLayout<UInt64>.size

    /// The number of prefixes.
    var startCount: Int { roots.count }
    /// The prefixes, each once.
    var starts: some Sequence<UInt64> { roots.keys }

    /// The first eight bytes of a form.
    static func start(of form: SecretForm) -> UInt64 {
        form.bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }

    /// Adds the form with this index. Of forms with the same bytes, the one added last is found.
    mutating func insert(_ index: Int, _ forms: [SecretForm]) {
        let bytes = forms[index].bytes
        let new = Int32(index)
        let start = SecretTree.start(of: forms[index])
        guard let root = roots[start] else {
            roots[start] = add(Node(form: new, end: Int32(bytes.count), ending: new))
            return
        }
        // The link to the current node; nil at the root.
        var (node, position) = (root, SecretTree.startBytes)
        var parent: (node: Int32, previous: Int32)?
        while true {
            let common = commonEnd(bytes[...], from: position, node, forms)
            if common < Int(nodes[Int(node)].end) { node = split(node, at: common, parent, start) }
            position = common
            if position == bytes.count {
                nodes[Int(node)].ending = new
                return
            }
            let next = child(of: node, at: position, beginningWith: bytes[position], forms)
            guard next.child >= 0 else {
                let leaf = Node(form: new, end: Int32(bytes.count), ending: new, sibling: nodes[Int(node)].firstChild)
                nodes[Int(node)].firstChild = add(leaf)
                return
            }
            parent = (node, next.previous)
            node = next.child
        }
    }

    /// The longest form that is a prefix of `range` of `bytes`; `start` is the first eight bytes of it.
    ///
    /// - Returns: its index and the number of bytes examined after the first eight; nil if there is none
    func longest(
        _ start: UInt64, in bytes: Bytes, _ range: Range<Int>, _ forms: [SecretForm]
    ) -> (form: Int, comparedBytes: Int)? {
        guard var node = roots[start] else { return nil }
        let text = Bytes(rebasing: bytes[range])
        var position = SecretTree.startBytes
        var found: Int32 = -1
        while true {
            position = commonEnd(text[...], from: position, node, forms)
            guard position == nodes[Int(node)].end else { break }
            if nodes[Int(node)].ending >= 0 { found = nodes[Int(node)].ending }
            guard position < text.count else { break }
            node = child(of: node, at: position, beginningWith: text[position], forms).child
            guard node >= 0 else { break }
        }
        return found < 0 ? nil : (Int(found), position - SecretTree.startBytes)
    }

    /// The end of the common prefix of `text` and the path to `node`, from `position` on.
    @inline(__always)
    private func commonEnd<Text: Collection<UInt8>>(
        _ text: Text, from position: Int, _ node: Int32, _ forms: [SecretForm]
    ) -> Int where Text.Index == Int {
        let node = nodes[Int(node)]
        return forms[Int(node.form)].bytes.withUnsafeBufferPointer { bytes in
            let end = min(Int(node.end), text.endIndex)
            var index = position
            while index < end, bytes[index] == text[index] { index += 1 }
            return index
        }
    }

    /// The child that continues with `byte`, and the one before it in its parent's list; −1 for none.
    private func child(
        of node: Int32, at position: Int, beginningWith byte: UInt8, _ forms: [SecretForm]
    ) -> (child: Int32, previous: Int32) {
        var (previous, next) = (Int32(-1), nodes[Int(node)].firstChild)
        while next >= 0, forms[Int(nodes[Int(next)].form)].bytes[position] != byte {
            (previous, next) = (next, nodes[Int(next)].sibling)
        }
        return (next, previous)
    }

    /// Replaces `node` with a node that ends at `position` and has `node` as its child.
    private mutating func split(
        _ node: Int32, at position: Int, _ parent: (node: Int32, previous: Int32)?, _ start: UInt64
    ) -> Int32 {
        let old = nodes[Int(node)]
        let new = add(Node(form: old.form, end: Int32(position), firstChild: node, sibling: old.sibling))
        nodes[Int(node)].sibling = -1
        if let parent {
            if parent.previous >= 0 {
                nodes[Int(parent.previous)].sibling = new
            } else {
                nodes[Int(parent.node)].firstChild = new
            }
        } else {
            roots[start] = new
        }
        return new
    }

    private mutating func add(_ node: Node) -> Int32 {
        nodes.append(node)
        return Int32(nodes.count - 1)
    }
}
