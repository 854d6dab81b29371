using Webrana.Contracts;

namespace Webrana.Grains.Deposits;

/// <summary>Tells failures of the way to another grain, whose outcome is unknown, from bugs.</summary>
static class Infrastructure
{
    public static bool IsCause(Exception exception) => exception is InfrastructureException or TimeoutException or OrleansException;
}
