using Webrana.Sandbox.Postgres;

namespace Webrana.Cluster.Tests;

/// <summary>Port blocks for whole sandboxes, below the range the kernel hands out to others and beside those of other test projects.</summary>
static class FreeBlock
{
    const int BlockSize = 20;

    static int _next = 22_200 + (Environment.ProcessId % 50 * BlockSize);

    /// <summary>The first port of a free block.</summary>
    public static int PortBase()
    {
        while (true)
        {
            var first = Interlocked.Add(ref _next, BlockSize);
            if (Enumerable.Range(first, BlockSize).All(FreePort.IsFree))
                return first;
        }
    }
}
