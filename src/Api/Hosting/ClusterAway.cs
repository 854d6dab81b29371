using Webrana.Contracts;

namespace Webrana.Api.Hosting;

/// <summary>Which exceptions of a grain call mean "the cluster, or what it stands on, is away", and not "there is a bug".</summary>
internal static class ClusterAway
{
    /// <summary>A timeout and a lost silo say nothing about the outcome: whoever catches one may only ask again with the same operation id.</summary>
    public static bool Is(Exception exception) => exception switch
    {
        TimeoutException or OrleansException or InfrastructureException => true,
        // A client that has not found its first gateway yet.
        InvalidOperationException { Source: "Orleans.Core" or "Orleans.Runtime" } => true,
        // One that has, but has not read yet which grains the silos serve ("Could not find an implementation for interface …").
        ArgumentException { Source: "Orleans.Core" } => true,
        _ => false,
    };
}
