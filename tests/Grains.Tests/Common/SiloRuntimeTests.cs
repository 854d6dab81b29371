using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Webrana.ServiceDefaults;

namespace Webrana.Grains.Tests.Common;

/// <summary>What a silo asks of the runtime reaches the file it is started with: a renamed property of the project would be lost without a word (ADR 65, 67).</summary>
public sealed class SiloRuntimeTests
{
    [Theory]
    [InlineData("System.GC.Server", "False")]
    [InlineData("System.GC.Gen0MaxBudget", "4194304")]
    [InlineData("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit", "0")]
    public void A_silo_starts_with(string setting, string value)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Webrana.Silo.runtimeconfig.json")));

        Assert.Equal(value, file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties").GetProperty(setting).ToString());
    }
}
