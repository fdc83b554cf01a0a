import Testing

@testable import SampleAPI

@Suite struct BoundedTableTests {
    private func key(_ number: Int) -> Key128 { Key128(high: 1, low: UInt64(number)) }

    /// The values by age, newest first; -1 for a hole.
    private func ring(_ table: borrowing BoundedTable<Int>) -> [Int] {
        var values: [Int] = []
        for age in 0..<table.capacity { values.append(table.entry(age: age)?.value ?? -1) }
        return values
    }

    @Test func theOldestMakesRoomAndIsGivenBack() {
        var table = BoundedTable(capacity: 3, filler: 0)
        var evicted: [Int?] = []
        for number in 1...4 { evicted.append(table.insert(number, for: key(number))) }
        #expect(evicted == [nil, nil, nil, 1])
        #expect(ring(table) == [4, 3, 2])
        let (first, second, count) = (table[key(1)], table[key(2)], table.count)
        #expect(first == nil)
        #expect(second == 2)
        #expect(count == 3)
    }

    @Test func aHoleIsNotAnEntryAndMakesNoRoom() {
        var table = BoundedTable(capacity: 3, filler: 0)
        for number in 1...3 { table.insert(number, for: key(number)) }
        let removed = [table.remove(key(1)), table.remove(key(1))]
        #expect(removed == [1, nil])
        #expect(ring(table) == [3, 2, -1])
        let evicted = [table.insert(4, for: key(4)), table.insert(5, for: key(5))]
        #expect(evicted == [nil, 2])
    }

    @Test func agesRunFromTheNewestBack() {
        var table = BoundedTable(capacity: 4, filler: 0)
        for number in 1...6 { table.insert(number, for: key(number)) }
        #expect(ring(table) == [6, 5, 4, 3])
        let outside = [table.entry(age: 4)?.value, table.entry(age: -1)?.value]
        #expect(outside == [nil, nil])
    }

    @Test func aValueIsReplacedInItsPlace() {
        var table = BoundedTable(capacity: 2, filler: 0)
        table.insert(1, for: key(1))
        let replaced = [table.replace(10, for: key(1)), table.replace(20, for: key(2))]
        #expect(replaced == [true, false])
        #expect(ring(table) == [10, -1])
    }

    /// Keys from a small range collide all the time: probing and closing gaps are held against a dictionary.
    @Test(arguments: [1, 2, 7, 64], [UInt64(1), 2, 3])
    func itAgreesWithADictionary(_ capacity: Int, _ seed: UInt64) {
        var table = BoundedTable(capacity: capacity, filler: 0)
        var model: [Key128: Int] = [:]
        var order: [Key128?] = []
        var random = seed
        for step in 1...5000 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let key = key(Int(random >> 33) % (capacity * 3))
            if random >> 62 == 0 {
                let removed = table.remove(key)
                #expect(removed == model.removeValue(forKey: key))
                for index in order.indices where order[index] == key { order[index] = nil }
            } else if model[key] == nil {
                var expected: Int?
                if order.count == capacity, let oldest = order.removeFirst() {
                    expected = model.removeValue(forKey: oldest)
                }
                let evicted = table.insert(step, for: key)
                #expect(evicted == expected)
                model[key] = step
                order.append(key)
            }
            let (value, count) = (table[key], table.count)
            #expect(value == model[key])
            #expect(count == model.count)
        }
        for (key, expected) in model {
            let value = table[key]
            #expect(value == expected)
        }
    }
}
