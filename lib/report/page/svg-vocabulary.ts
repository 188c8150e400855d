const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Elements that draw, name or arrange; none of them runs, embeds HTML or animates. */
export const svgElements = words(`
  svg g defs symbol use title desc style a switch path rect circle ellipse line polyline polygon text tspan textPath image
  marker clipPath mask pattern linearGradient radialGradient stop filter
  feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight
  feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset
  fePointLight feSpecularLighting feSpotLight feTile feTurbulence`);

/** Elements whose loss a reader would see, so the page mentions it. Other unknown ones are metadata of editors. */
export const visibleLosses = words(
  "script foreignObject iframe animate animateMotion animateTransform set flowRoot mesh meshgradient",
);

/** Attributes and CSS properties that say how things are painted. Values may refer to other parts of the drawing. */
export const paintProperties = words(`
  alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation color-interpolation-filters
  color-rendering direction display dominant-baseline fill fill-opacity fill-rule filter flood-color flood-opacity
  font font-family font-feature-settings font-kerning font-size font-size-adjust font-stretch font-style font-variant
  font-weight image-rendering isolation letter-spacing lighting-color line-height marker marker-end marker-mid marker-start
  mask mask-type mix-blend-mode opacity overflow paint-order shape-rendering stop-color stop-opacity stroke
  stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
  text-anchor text-align text-decoration text-rendering transform-box transform-origin unicode-bidi vector-effect
  visibility white-space word-spacing writing-mode`);

/** Attributes that hold numbers, names or words and are never followed as links. */
export const plainAttributes = words(`
  class lang role tabindex x y z x1 x2 y1 y2 cx cy r rx ry fx fy fr dx dy d points width height viewBox
  preserveAspectRatio transform gradientTransform patternTransform gradientUnits patternUnits patternContentUnits
  spreadMethod offset markerHeight markerUnits markerWidth refX refY orient maskUnits maskContentUnits clipPathUnits
  filterUnits primitiveUnits in in2 result mode type values operator k1 k2 k3 k4 order kernelMatrix divisor bias targetX
  targetY edgeMode kernelUnitLength preserveAlpha surfaceScale diffuseConstant specularConstant specularExponent azimuth
  elevation limitingConeAngle pointsAtX pointsAtY pointsAtZ scale xChannelSelector yChannelSelector stdDeviation
  tableValues slope intercept amplitude exponent radius baseFrequency numOctaves seed stitchTiles version
  startOffset method side spacing textLength lengthAdjust rotate pathLength requiredExtensions requiredFeatures
  systemLanguage xml:space xml:lang aria-label aria-hidden aria-roledescription`);

/** CSS functions that compute a value and load nothing; `url` is checked separately. */
export const cssFunctions = words(`
  rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark calc min max clamp var matrix matrix3d translate
  translatex translatey scale scalex scaley rotate skew skewx skewy cubic-bezier steps blur brightness contrast
  drop-shadow grayscale hue-rotate invert opacity saturate sepia not is where has nth-child nth-last-child nth-of-type
  nth-last-of-type lang dir and or`);
