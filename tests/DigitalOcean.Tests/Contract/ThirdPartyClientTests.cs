using System.Text.Json;
using Webrana.Sandbox.DigitalOcean;

namespace Webrana.DigitalOcean.Tests.Contract;

/// <summary>A client written by others for the real provider finds nothing odd about the simulator.</summary>
public sealed class ThirdPartyClientTests
{
    [Fact]
    public async Task Dots_wrapper_creates_acts_measures_and_deletes()
    {
        await using var simulator = await DigitalOceanSimulator.StartAsync(new DigitalOceanSimulatorOptions { ActionSeconds = 0.05 });
        var folder = await NodeTools.FolderAsync();
        var script = Path.Combine(folder, $"third-party-{Environment.ProcessId}.mjs");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Contract", "node", "third-party.mjs"), script, overwrite: true);
        try
        {
            var seen = JsonDocument.Parse(await NodeTools.RunAsync(NodeTools.Start(folder, [script, new Uri(simulator.BaseUrl, "v2").ToString(), simulator.Token]))).RootElement;
            Assert.Equal(("active", "new", true, 1), (
                seen.GetProperty("account").GetString(), seen.GetProperty("created").GetString(), seen.GetProperty("address").GetBoolean(), seen.GetProperty("listed").GetInt32()));
            Assert.Equal(["power_off", "power_on", "reboot", "rename", "snapshot"], seen.GetProperty("actions").EnumerateArray().Select(type => type.GetString()!));
            Assert.Equal(6, seen.GetProperty("log").GetInt32());
            Assert.Equal(["kept"], seen.GetProperty("snapshots").EnumerateArray().Select(name => name.GetString()!));
            Assert.Equal(("success", "success", true), (seen.GetProperty("cpu").GetString(), seen.GetProperty("bandwidth").GetString(), seen.GetProperty("gone").GetBoolean()));
            Assert.Equal(0, simulator.DropletCount);
        }
        finally
        {
            File.Delete(script);
        }
    }
}
