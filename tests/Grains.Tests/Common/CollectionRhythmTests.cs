using Webrana.ServiceDefaults;

namespace Webrana.Grains.Tests.Common;

/// <summary>The runtime's thread for background collections gives up after 20 idle seconds, and the collection that starts a new one stops everybody (ADR 68).</summary>
public sealed class CollectionRhythmTests
{
    readonly CollectionRhythm _rhythm = new(upToBytes: 1000);

    [Fact]
    public void The_first_look_of_a_process_collects_while_there_is_nothing_to_collect() => Assert.True(_rhythm.IsDue(lastBackground: 0, heapBytes: 10));

    [Fact]
    public void A_look_that_finds_a_collection_since_the_last_one_leaves_it_at_that_whoever_asked_for_it()
    {
        _rhythm.IsDue(lastBackground: 7, heapBytes: 10);

        Assert.False(_rhythm.IsDue(lastBackground: 8, heapBytes: 10));
        Assert.True(_rhythm.IsDue(lastBackground: 8, heapBytes: 10));
    }

    [Fact]
    public void The_thread_is_never_idle_for_twenty_seconds_wherever_between_two_looks_a_collection_fell()
    {
        // Looks at 0, 8, 16 … s; one collection of the runtime's own at any tenth of a second between the first two.
        for (var own = 0.1; own < 8; own += 0.1)
        {
            var rhythm = new CollectionRhythm(upToBytes: 1000);
            var collections = new List<double>();
            for (var look = 0; look <= 64; look += 8)
            {
                if (look > own && !collections.Contains(own)) collections.Add(own);
                if (rhythm.IsDue(collections.Count, heapBytes: 10)) collections.Add(look);
            }

            Assert.All(collections.Zip(collections.Skip(1)), pair => Assert.True(pair.Second - pair.First < 20, $"idle from {pair.First} to {pair.Second}"));
        }
    }

    [Fact]
    public void A_heap_above_the_limit_is_left_to_the_runtime_and_one_that_has_shrunk_is_kept_again()
    {
        Assert.False(_rhythm.IsDue(lastBackground: 0, heapBytes: 1001));
        Assert.True(_rhythm.IsDue(lastBackground: 0, heapBytes: 1000));
    }
}
