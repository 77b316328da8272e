// A WebGL context that accepts everything and draws nothing. The map behaves as ever: it fetches and arranges tiles, and
// knows what is where. Only the pixels are missing, which take software without a graphics card most of its time.
(() => {
    const FRAMEBUFFER_COMPLETE = 36053;
    const parameters = new Map(
        /** @type {[number, unknown][]} */ ([
            [WebGL2RenderingContext.MAX_TEXTURE_SIZE, 8192],
            [WebGL2RenderingContext.MAX_RENDERBUFFER_SIZE, 8192],
            [WebGL2RenderingContext.MAX_VERTEX_ATTRIBS, 16],
            [WebGL2RenderingContext.MAX_VIEWPORT_DIMS, [8192, 8192]],
            [WebGL2RenderingContext.VERSION, "WebGL 2.0"],
            [WebGL2RenderingContext.SHADING_LANGUAGE_VERSION, "WebGL GLSL ES 3.00"],
        ]),
    );
    const answers = {
        checkFramebufferStatus: () => FRAMEBUFFER_COMPLETE,
        getAttribLocation: () => 0,
        getContextAttributes: () => ({ alpha: true, depth: true, stencil: true, premultipliedAlpha: true }),
        getError: () => 0,
        getExtension: () => null,
        getParameter: (/** @type {number} */ name) => parameters.get(name) ?? 0,
        getProgramInfoLog: () => "",
        getProgramParameter: () => true,
        getShaderInfoLog: () => "",
        getShaderParameter: () => true,
        getSupportedExtensions: () => [],
        getUniformLocation: () => ({}),
        isContextLost: () => false,
    };
    const ofWebGl = WebGL2RenderingContext.prototype;
    const undrawn = (/** @type {HTMLCanvasElement} */ canvas) => {
        const context = Object.create(ofWebGl);
        const properties = { canvas: () => canvas, drawingBufferWidth: () => canvas.width, drawingBufferHeight: () => canvas.height };
        for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(ofWebGl))) {
            const answer = answers[name] ?? (name.startsWith("create") ? () => ({}) : () => undefined);
            if (typeof value === "function") Object.defineProperty(context, name, { value: answer });
            else if (get) Object.defineProperty(context, name, { get: properties[name], set: () => undefined });
        }
        return context;
    };
    const contexts = new WeakMap();
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (kind, ...options) {
        if (kind !== "webgl2") return getContext.call(this, kind, ...options);
        if (!contexts.has(this)) contexts.set(this, undrawn(this));
        return contexts.get(this);
    };
})();
