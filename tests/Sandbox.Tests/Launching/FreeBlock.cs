using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>Port blocks for sandboxes under test, below the range the kernel hands out to others.</summary>
static class FreeBlock
{
    const int BlockSize = 20;

    static int _next = 12_000 + (Environment.ProcessId % 500 * BlockSize);

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

    public static SandboxPorts Ports() => new(PortBase());
}
