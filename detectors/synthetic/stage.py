"""EDGE: one hall seen by one camera in one light, with people and loads drawn into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import cv2
import moderngl
import numpy as np
from numpy.typing import NDArray

from detectors.synthetic import gpu
from detectors.synthetic.camera_rig import FARTHEST_M, NEAREST_M, Camera, straight_extent
from detectors.synthetic.figure import Figure
from detectors.synthetic.light import Light
from detectors.synthetic.picture import Picture
from detectors.synthetic.projection import camera_matrix, light_matrix
from detectors.synthetic.regions import Region, merged, region_of, whole
from detectors.synthetic.renderer import Renderer, Thing, hall, moving, person
from detectors.synthetic.solids import MOVABLE, Solid, corners_m
from detectors.synthetic.targets import ShadowMap, Target

Array = NDArray[np.float64]

SHADOWS_OF_HALL_M: Final = 9.0
"""How far from what the camera looks at the hall casts shadows."""


class Stage:
    """A hall that was shaded once, for any number of pictures; release it after use."""

    def __init__(self, renderer: Renderer, solids: Sequence[Solid], camera: Camera, light: Light) -> None:
        self._renderer, self._camera, self._light = renderer, camera, light
        context, fine = renderer.context, renderer.supersampling
        width, height = (int(n) for n in np.ceil(2.0 * straight_extent(camera) * camera.focal_px * fine))
        self._bare = Target(context, (width, height), (("f2", 4), ("f2", 4)))
        self._scene = Target(context, (width, height), (("f2", 4),))
        size = (camera.width_px * fine, camera.height_px * fine)
        self._developed = Target(context, size, (("f1", 4), ("f4", 1)))
        self._view = camera_matrix(camera)
        self._hall_view = light_matrix(light.key_direction, _surroundings(camera))
        self._hall_shadow = ShadowMap(context, 2048)
        self._shade_hall(solids)
        self._expose((), np.zeros((1, 3)), [whole(camera)])
        self._rgba, self._depth_m = self._develop(whole(camera))

    def draw(self, figures: Sequence[Figure], things: Sequence[Solid] = ()) -> Picture:
        """Return the picture of some people and of things that move, which are not in the hall."""
        rgba, depth_m = self._rgba.copy(), self._depth_m.copy()
        points = [figure.vertices_m[::5].astype(float) for figure in figures]
        points += [corners_m(solid) for solid in things]
        touched = [region_of(self._camera, points_m, self._light.key_direction) for points_m in points]
        regions = merged([region for region in touched if region is not None])
        if regions:
            placed = [person(self._renderer, figure, 1 + i) for i, figure in enumerate(figures)]
            placed += moving(self._renderer, things)
            self._expose(placed, np.concatenate(points), regions)
            for region in regions:
                left, top, width, height = self._fine(region)
                part = np.s_[top : top + height, left : left + width]
                rgba[part], depth_m[part] = self._develop(region)
            for thing in placed:
                thing.drawable.release()
        size = (self._camera.width_px, self._camera.height_px)
        image = cv2.resize(np.ascontiguousarray(rgba[..., 2::-1]), size, interpolation=cv2.INTER_AREA)
        return Picture(np.asarray(image, dtype=np.uint8), depth_m, rgba[..., 3])

    def release(self) -> None:
        """Free the memory on the card."""
        for target in (self._bare, self._scene, self._developed, self._hall_shadow):
            target.release()

    def _shared(self) -> Mapping[str, gpu.Value]:
        light = self._light
        return {
            "view": self._view,
            "eye": self._camera.eye_m,
            "key_direction": light.key_direction,
            "key": light.key,
            "fill_direction": light.fill_direction,
            "fill": light.fill,
            "above": light.above,
            "below": light.below,
            "hall_shadow_view": self._hall_view,
        }

    def _shade_hall(self, solids: Sequence[Solid]) -> None:
        renderer, things = self._renderer, hall(self._renderer, solids)
        renderer.context.enable_only(moderngl.DEPTH_TEST)
        renderer.context.depth_func = "<="
        self._hall_shadow.use()
        gpu.assign(renderer.depth, {"view": self._hall_view})
        for finish, thing in things:
            if finish in MOVABLE:
                thing.drawable.depth(renderer.depth)
        self._bare.use()
        self._bare.clear()
        gpu.assign(renderer.depth, {"view": self._view})
        for _, thing in things:
            thing.drawable.depth(renderer.depth)
        for program in renderer.hall.values():
            gpu.assign(program, self._shared())
            gpu.bind(program, {"hall_shadow": self._hall_shadow.texture, "noise_volume": renderer.noise})
        for _, thing in things:
            thing.draw()
            thing.drawable.release()

    def _expose(self, things: Sequence[Thing], points_m: Array, regions: Sequence[Region]) -> None:
        """Draw the light of the regions in which things stand, and no others."""
        renderer = self._renderer
        people_view = light_matrix(self._light.key_direction, points_m)
        renderer.context.enable_only(moderngl.DEPTH_TEST)
        renderer.context.depth_func = "<="
        renderer.people_shadow.use()
        gpu.assign(renderer.depth, {"view": people_view})
        for thing in things:
            thing.drawable.depth(renderer.depth)
        for region in regions:
            self._lay_shadows(people_view, region)
        self._scene.use()
        renderer.context.depth_func = "<="
        for program in renderer.people.values():
            gpu.assign(program, {**self._shared(), "people_shadow_view": people_view})
            gpu.bind(
                program,
                {
                    "hall_shadow": self._hall_shadow.texture,
                    "people_shadow": renderer.people_shadow.texture,
                    "noise_volume": renderer.noise,
                },
            )
        for thing in things:
            thing.draw()

    def _lay_shadows(self, people_view: Array, region: Region) -> None:
        compose = self._renderer.compose
        without_key, key_alone = self._bare.colours
        left, top, right, bottom = (
            int(share * n) for share, n in zip(region.straight, 2 * self._scene.size, strict=True)
        )
        self._scene.use((left, top, right - left, bottom - top))
        self._renderer.context.depth_func = "1"
        gpu.bind(
            compose.program,
            {
                "without_key": without_key,
                "key_alone": key_alone,
                "hall_depth": self._bare.depth,
                "people_shadow": self._renderer.people_shadow.texture,
            },
        )
        inverse = np.linalg.inv(self._view)
        gpu.assign(compose.program, {"people_shadow_view": people_view, "world_from_view": inverse})
        compose.render()

    def _develop(self, region: Region) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Return colour with owner, and depth, of a region of the picture."""
        camera, develop, fine = self._camera, self._renderer.develop, self._renderer.supersampling
        rectangle = self._fine(region)
        self._developed.use(rectangle)
        self._renderer.context.disable(moderngl.DEPTH_TEST)
        gpu.bind(develop.program, {"scene": self._scene.colours[0], "scene_depth": self._scene.depth})
        gpu.assign(
            develop.program,
            {
                "centre": fine * camera.centre_px,
                "focal": fine * camera.focal_px,
                "lens": camera.lens,
                "extent": straight_extent(camera),
                "nearest": NEAREST_M,
                "farthest": FARTHEST_M,
                "exposure": self._light.exposure,
                "vignette": 0.25,
            },
        )
        develop.render()
        rgba, depth_m = self._developed.read(0, rectangle), self._developed.read(1, rectangle)
        return rgba.astype(np.uint8, copy=False), depth_m[..., 0].astype(np.float32, copy=False)

    def _fine(self, region: Region) -> tuple[int, int, int, int]:
        fine = self._renderer.supersampling
        left, top, right, bottom = region.picture_px
        return fine * left, fine * top, fine * (right - left), fine * (bottom - top)


def _surroundings(camera: Camera) -> Array:
    """Return corners of a box of the hall round where the camera looks, (8, 3)."""
    forward = camera.rotation[2]
    reach_m = min(8.0, camera.eye_m[1] / max(-forward[1], 0.05))
    middle = camera.eye_m + forward * reach_m
    far = SHADOWS_OF_HALL_M
    sides = np.array(np.meshgrid((-far, far), (0.0, 5.0), (-far, far))).reshape(3, -1).T
    return np.asarray(sides + np.array([middle[0], 0.0, middle[2]]))
