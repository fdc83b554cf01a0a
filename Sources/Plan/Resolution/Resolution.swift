/// What becomes of a session's places: the table of values, and where they go and come from.
struct Resolution {
    /// A value put into a part of a request.
    struct Edit {
        var range: Range<Int>
        /// Index into the value table; nil where a text is put in that is made of other values.
        var value: Int?
        var encoding: ValueEncoding
    }

    /// A part of a request, or a layer of it.
    struct PartKey: Hashable {
        var request: Int
        var part: Int
        var layer: Int?
    }

    /// A use of a value, for the findings.
    struct Use {
        enum Origin {
            case bound(request: Int, ValueSource.Locator)
            case identity(Int)
            /// What tokens that no response gave are, and why they are sent as recorded; nil where they are made for each clone.
            /// `run` is the hash of what another session may have been given of it.
            case token(algorithm: String?, lifetimeSeconds: Int64?, run: UInt64?, sentAsRecorded: UnsignedReason?)
            /// Equal, but not bound: sessions of different people share it.
            case shared(request: Int, ValueSource.Locator)
            /// Decided by the user's rule of this index.
            case rule(Int)
            /// Sent as recorded, and made by the client as far as can be told; with the value's hash.
            case clientMade(UInt64, PlanFindings.ClientMade.Kind)
        }
        var origin: Origin
        var request: Int
        /// The place in the request, as a person reads it.
        var place: String
        /// The same in every session; see ``Sink/placeHash``. Zero where it is not told.
        var placeHash: UInt64 = 0
    }

    /// What fills each place of a clone's value table.
    var recipes: [ValueRecipe] = []
    /// The values as recorded, in the order of `recipes`.
    var recorded: [[UInt8]] = []
    /// What is put into each part and layer.
    var edits: [PartKey: [Edit]] = [:]
    /// The layers with edits that are in each part and layer.
    var nested: [PartKey: [Int]] = [:]
    /// What is taken out of each request's response.
    var sources: [Int: [ValueSource]] = [:]
    var uses: [Use] = []
    /// Bearer tokens that are fetched, by what was recorded.
    var fetchedValues: [[UInt8]: Int] = [:]
    /// What pieces of the requests are when decoded.
    let layers: [SinkLayer]

    init(layers: [SinkLayer]) { self.layers = layers }

    /// Adds a value to the table.
    mutating func append(_ recipe: ValueRecipe, recorded value: [UInt8]) -> Int {
        recipes.append(recipe)
        recorded.append(value)
        return recipes.count - 1
    }

    /// What is put into a part, in the order in which it is there: values, and texts that contain values.
    func edits(request: Int, part: Int) -> [Edit] { edits(in: PartKey(request: request, part: part)) }

    private func edits(in key: PartKey) -> [Edit] {
        var found = edits[key] ?? []
        for index in nested[key] ?? [] {
            let inner = Template(
                layers[index].bytes, edits: edits(in: PartKey(request: key.request, part: key.part, layer: index)))
            found.append(Edit(range: layers[index].range, value: nil, encoding: .nested(inner, layers[index].encoding)))
        }
        if found.count > 1 { found.sort { $0.range.lowerBound < $1.range.lowerBound } }
        return found
    }
}
