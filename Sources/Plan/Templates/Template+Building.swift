extension Template {
    /// `bytes` with places where the `edits`, which stand in it in this order, put values.
    init(_ bytes: [UInt8], edits: [SessionValues.Edit]) {
        guard !edits.isEmpty else {
            self.init(bytes)
            return
        }
        var literal: [UInt8] = []
        var places: [Place] = []
        var start = 0
        for edit in edits {
            literal += bytes[start..<edit.range.lowerBound]
            places.append(
                Place(offset: UInt32(literal.count), value: UInt32(edit.value ?? 0), encoding: edit.encoding))
            start = edit.range.upperBound
        }
        literal += bytes[start...]
        self.init(literal: literal, places: places)
    }

    /// The values that the places need.
    var values: [Int] {
        places.flatMap { place in
            if case .nested(let inner, _) = place.encoding { inner.values } else { [Int(place.value)] }
        }
    }
}
