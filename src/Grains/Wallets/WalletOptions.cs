namespace Webrana.Grains.Wallets;

/// <summary>How a wallet grain queues. Configuration section <c>Wallets</c>.</summary>
public sealed class WalletOptions
{
    /// <summary>Commands that may wait in one wallet before it answers <c>overloaded</c>. Default 4,096.</summary>
    public int MailboxCapacity { get; set; } = 4096;

    /// <summary>The most commands decided and committed in one step. Default 1,024.</summary>
    public int MaxBatch { get; set; } = 1024;

    /// <summary>Operations remembered in memory, only to save a question to the ledger, which knows them all. Default 32.</summary>
    public int RecentOperations { get; set; } = 32;

    /// <summary>How long a command may wait for a certain outcome before it is answered <c>outcome_unknown</c>, in milliseconds. Default 20,000.</summary>
    public int PatienceMs { get; set; } = 20_000;

    /// <summary>The least time between two hints to the owner's open pages while commands keep coming, in milliseconds. Default 250.</summary>
    public int HintIntervalMs { get; set; } = 250;
}
