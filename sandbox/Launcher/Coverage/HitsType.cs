using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Webrana.Sandbox.Launcher.Coverage;

/// <summary>
/// The class that instrumentation adds to an assembly. In C# it would read:
/// <code>
/// static class &lt;CoverageHits&gt;
/// {
///     static readonly object Keep;   // or the map would be finalized
///     static readonly nint Base;     // index + Base = the byte of a point
///
///     static &lt;CoverageHits&gt;()
///     {
///         var file = Environment.GetEnvironmentVariable("WEBRANA_COVERAGE_HITS");
///         if (file == null) { Base = Marshal.AllocHGlobal(size) - first; return; }
///         var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
///         var view = MemoryMappedFile.CreateFromFile(stream, null, 0, ReadWrite, None, false).CreateViewAccessor();
///         Keep = view;
///         Base = view.SafeMemoryMappedViewHandle.DangerousGetHandle();
///     }
/// }
/// </code>
/// It is added to every assembly, not shared from one of its own: a program's list of assemblies is fixed when it is built.
/// </summary>
sealed class HitsType
{
    readonly ModuleDefinition _module;
    readonly FieldDefinition _keep;

    HitsType(ModuleDefinition module)
    {
        _module = module;
        Type = new TypeDefinition(
            "", "<CoverageHits>", TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit, module.TypeSystem.Object);
        Base = new FieldDefinition("Base", FieldAttributes.Assembly | FieldAttributes.Static | FieldAttributes.InitOnly, module.TypeSystem.IntPtr);
        _keep = new FieldDefinition("Keep", FieldAttributes.Private | FieldAttributes.Static | FieldAttributes.InitOnly, module.TypeSystem.Object);
        Type.Fields.Add(Base);
        Type.Fields.Add(_keep);
        module.Types.Add(Type);
    }

    internal TypeDefinition Type { get; }

    internal FieldDefinition Base { get; }

    internal static HitsType AddTo(ModuleDefinition module) => new(module);

    /// <summary>Writes the initializer, once the number of points is known.</summary>
    /// <param name="count">Points of this assembly.</param>
    /// <param name="end">The index after its last one.</param>
    internal void Finish(int count, int end)
    {
        var initializer = new MethodDefinition(
            ".cctor",
            MethodAttributes.Private | MethodAttributes.Static | MethodAttributes.HideBySig | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName,
            _module.TypeSystem.Void);
        Type.Methods.Add(initializer);
        var view = new VariableDefinition(_module.ImportReference(typeof(MemoryMappedViewAccessor)));
        initializer.Body.Variables.Add(view);
        initializer.Body.InitLocals = true;

        var il = initializer.Body.GetILProcessor();
        var map = il.Create(OpCodes.Ldstr, Instrumenter.HitsVariable);
        il.Emit(OpCodes.Ldstr, Instrumenter.HitsVariable);
        il.Emit(OpCodes.Call, Method(typeof(Environment), nameof(Environment.GetEnvironmentVariable), typeof(string)));
        il.Emit(OpCodes.Brtrue, map);
        il.Emit(OpCodes.Ldc_I4, Math.Max(count, 1));
        il.Emit(OpCodes.Call, Method(typeof(Marshal), nameof(Marshal.AllocHGlobal), typeof(int)));
        il.Emit(OpCodes.Ldc_I4, end - count);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stsfld, Base);
        il.Emit(OpCodes.Ret);

        il.Append(map);
        il.Emit(OpCodes.Call, Method(typeof(Environment), nameof(Environment.GetEnvironmentVariable), typeof(string)));
        il.Emit(OpCodes.Ldc_I4, (int)FileMode.Open);
        il.Emit(OpCodes.Ldc_I4, (int)FileAccess.ReadWrite);
        il.Emit(OpCodes.Ldc_I4, (int)FileShare.ReadWrite);
        il.Emit(OpCodes.Newobj, _module.ImportReference(
            typeof(FileStream).GetConstructor([typeof(string), typeof(FileMode), typeof(FileAccess), typeof(FileShare)])));
        il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Ldc_I8, 0L);
        il.Emit(OpCodes.Ldc_I4, (int)MemoryMappedFileAccess.ReadWrite);
        il.Emit(OpCodes.Ldc_I4, (int)HandleInheritability.None);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Call, Method(
            typeof(MemoryMappedFile), nameof(MemoryMappedFile.CreateFromFile),
            typeof(FileStream), typeof(string), typeof(long), typeof(MemoryMappedFileAccess), typeof(HandleInheritability), typeof(bool)));
        il.Emit(OpCodes.Callvirt, Method(typeof(MemoryMappedFile), nameof(MemoryMappedFile.CreateViewAccessor)));
        il.Emit(OpCodes.Stloc, view);
        il.Emit(OpCodes.Ldloc, view);
        il.Emit(OpCodes.Stsfld, _keep);
        il.Emit(OpCodes.Ldloc, view);
        il.Emit(OpCodes.Callvirt, _module.ImportReference(
            typeof(MemoryMappedViewAccessor).GetProperty(nameof(MemoryMappedViewAccessor.SafeMemoryMappedViewHandle))!.GetMethod));
        il.Emit(OpCodes.Callvirt, Method(typeof(SafeMemoryMappedViewHandle), nameof(SafeHandle.DangerousGetHandle)));
        il.Emit(OpCodes.Stsfld, Base);
        il.Emit(OpCodes.Ret);
    }

    MethodReference Method(Type type, string name, params Type[] parameters) =>
        _module.ImportReference(type.GetMethod(name, parameters) ?? throw new MissingMethodException(type.FullName, name));
}
